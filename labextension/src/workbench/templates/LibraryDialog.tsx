/** The template library: the list on the left, what is chosen in it on the right. */
import { caretLeftIcon } from '@jupyterlab/ui-components';
import { useRef, useState } from 'react';
import type { ProjectModel } from '../../state/project';
import { Button, IconButton } from '../common/buttons';
import { Modal } from '../common/Modal';
import { useServices, useView } from '../common/services';
import { tellRemoved } from './actions';
import { TAKEN } from './files';
import { TemplateList } from './TemplateList';
import { TemplatePlace } from './TemplatePlace';
import type { Mode } from './TemplatePlace';
import { useImport } from './useImport';

export default function LibraryDialog({
  project
}: {
  project: ProjectModel | null;
}): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const chosen = useView(state => state.template);
  const toRun = useView(state => state.toRun);
  const [mode, setMode] = useState<Mode>('look');
  const [dirty, setDirty] = useState(false);
  /** What the person wants to do, although there are changes that are not saved. */
  const [wanted, setWanted] = useState<{ run: () => void } | null>(null);
  const files = useRef<HTMLInputElement>(null);

  /** Do something that drops what was written; ask if something was. */
  const leave = (run: () => void): void => (dirty ? setWanted({ run }) : run());
  const go = (next: Mode, template: string | null): void =>
    leave(() => {
      setMode(next);
      view.state.patch({ template });
    });
  const show = (id: string): void => go('look', id);
  const { told, failed, take } = useImport(show);
  const close = (): void =>
    leave(() => {
      tellRemoved(services);
      view.state.patch({ dialog: null, template: null, toRun: false });
    });
  const busy = mode === 'new' || chosen !== null;
  return (
    <Modal
      title={toRun ? trans.__('Run a template') : trans.__('Templates')}
      size="wide"
      testId="pf-library"
      onClose={close}
      actions={
        busy ? (
          <span className="pf-Library-back">
            <IconButton
              icon={caretLeftIcon}
              label={trans.__('Back to the list')}
              testId="pf-library-back"
              onClick={() => go('look', null)}
            />
          </span>
        ) : null
      }
    >
      <div
        className={`pf-Library ${busy ? 'pf-mod-one' : ''}`}
        onDragOver={event => event.preventDefault()}
        onDrop={event => {
          event.preventDefault();
          void take([...event.dataTransfer.files]);
        }}
      >
        <TemplateList
          chosen={mode === 'new' ? null : chosen}
          choose={show}
          create={() => go('new', null)}
          upload={() => files.current?.click()}
        />
        <div className="pf-Library-place">
          {told !== null && (
            <p className="pf-Library-told" role="status" data-testid="pf-import-told">
              {told}
            </p>
          )}
          {failed.map(reason => (
            <p key={reason} className="pf-Library-told pf-mod-failed" role="alert">
              {reason}
            </p>
          ))}
          <TemplatePlace
            key={`${mode} ${chosen}`}
            project={project}
            id={chosen}
            mode={mode}
            setMode={next => (next === 'look' ? go('look', chosen) : setMode(next))}
            setDirty={setDirty}
            saved={id => {
              setDirty(false);
              setMode('look');
              view.state.patch({ template: id });
            }}
            close={close}
          />
          {wanted && (
            <div className="pf-Library-told pf-mod-failed" role="alert" data-testid="pf-unsaved">
              <span>{trans.__('What you wrote is not saved.')}</span>
              <span className="pf-Bar-space" />
              <Button testId="pf-keep-writing" onClick={() => setWanted(null)}>
                {trans.__('Go on writing')}
              </Button>
              <Button
                kind="warn"
                testId="pf-drop-writing"
                onClick={() => {
                  setDirty(false);
                  setWanted(null);
                  wanted.run();
                }}
              >
                {trans.__('Drop it')}
              </Button>
            </div>
          )}
        </div>
        <input
          ref={files}
          type="file"
          hidden
          multiple
          accept={TAKEN}
          data-testid="pf-template-files"
          onChange={event => {
            void take([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </div>
    </Modal>
  );
}
