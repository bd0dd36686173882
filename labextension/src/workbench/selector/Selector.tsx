/** Which pieces of context a prompt takes, and in which order. */
import { selectedChars } from '../../state/selection';
import type { PromptNode } from '../../state/tree';
import { characters, short } from '../common/numbers';
import { Section } from '../common/Section';
import { useServices, useTree } from '../common/services';
import { Tiles } from './Tiles';

export function SelectorSection({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <Section
      name="selector"
      title={trans.__('Selected context')}
      note={<SelectionNote prompt={prompt} />}
    >
      <Tiles prompt={prompt} />
    </Section>
  );
}

export function Selector({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <div className="pf-Selector" data-testid="pf-section-selector">
      <div className="pf-Bar">
        <span className="pf-Bar-title">{trans.__('Selected context')}</span>
        <span className="pf-Bar-note">
          <SelectionNote prompt={prompt} />
        </span>
      </div>
      <Tiles prompt={prompt} />
    </div>
  );
}

function SelectionNote({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, language } = useServices();
  const tree = useTree();
  const chars = selectedChars(tree, prompt.selected);
  return (
    <span
      role="status"
      data-testid="pf-selected-note"
      data-count={prompt.selected.length}
      title={characters(chars, trans, language)}
    >
      {prompt.selected.length === 0
        ? trans.__('nothing')
        : trans.__('%1 · %2 chars', prompt.selected.length, short(chars, language))}
    </span>
  );
}
