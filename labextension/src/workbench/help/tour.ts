/** The tour of a newcomer: what each part of the workbench is for, shown on the sample project. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Tab } from '../../state/view';
import type { WorkbenchServices } from '../common/services';
import { createSample } from '../projects/actions';

export interface TourStep {
  /** Test id of what is pointed at; the first that is there. */
  targets: readonly string[];
  /** What is shown for it. */
  tab: Tab;
  title: string;
  text: string;
}

/** Show the sample project, made if need be, and begin. */
export async function startTour(services: WorkbenchServices): Promise<void> {
  const { view, session } = services;
  view.state.patch({ welcomed: true, dialog: null });
  if (view.state.get().projectId === null || view.state.get().browsing) {
    const { items } = await session.api.listProjects(sampleWord(services.trans));
    const sample = items.find(project => project.name.startsWith(sampleWord(services.trans)));
    if (sample) {
      view.openProject(sample.id);
    } else {
      await createSample(services);
    }
  }
  if (view.state.get().projectId !== null) {
    const project = session.project(view.state.get().projectId ?? '');
    await project.load();
    const first = project.tree.blocks[0]?.children[0];
    view.state.patch({ nodeKey: first?.key ?? null, tab: 'context', dialog: 'tour' });
  }
}

function sampleWord(trans: TranslationBundle): string {
  return trans.__('Sample: bike rentals');
}

export function tourSteps(trans: TranslationBundle): TourStep[] {
  return [
    {
      targets: ['pf-project-switch'],
      tab: 'context',
      title: trans.__('Your projects'),
      text: trans.__(
        'Each project keeps its own texts, prompts and answers. Click its name to see the others.'
      )
    },
    {
      targets: ['pf-tree-all', 'pf-tree-blocks'],
      tab: 'context',
      title: trans.__('Context'),
      text: trans.__(
        'Texts a prompt may need: blocks hold items, long items hold sub-items. Drop cells, files or text here. Drag rows to reorder them.'
      )
    },
    {
      targets: ['pf-node-editor'],
      tab: 'context',
      title: trans.__('The text itself'),
      text: trans.__(
        'What you type is saved as you type. A long text can be split into parts, so that a prompt takes only what it needs.'
      )
    },
    {
      targets: ['pf-section-selector', 'pf-selector', 'pf-tiles'],
      tab: 'prompt',
      title: trans.__('Choose the context'),
      text: trans.__(
        'Click the tiles, or press and drag over them. The numbers are the order in which the texts are sent. Each prompt has a selection of its own.'
      )
    },
    {
      targets: ['pf-prompt-text', 'pf-section-template'],
      tab: 'prompt',
      title: trans.__('The prompt'),
      text: trans.__(
        'Write what the model is to do. The chosen texts come in where {{context}} stands; other names in braces are variables.'
      )
    },
    {
      targets: ['pf-section-preview', 'pf-preview'],
      tab: 'prompt',
      title: trans.__('Exactly what is sent'),
      text: trans.__('The preview is the very text that goes to the model, to the last character.')
    },
    {
      targets: ['pf-send', 'pf-connect'],
      tab: 'prompt',
      title: trans.__('Send'),
      text: trans.__(
        'Choose a model and send. The answer appears as it is written; it can become context, or a cell of your notebook.'
      )
    },
    {
      targets: ['pf-save-state'],
      tab: 'context',
      title: trans.__('Always saved'),
      text: trans.__(
        'Here you see whether everything is saved. Without a network you can go on: changes are kept and sent later.'
      )
    }
  ];
}
