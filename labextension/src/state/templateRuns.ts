/** What running a template needs: a prompt that says it, its context, values for its variables. */
import { kindOf, PLACEHOLDER, variablesIn } from './placeholders';
import { availableKeys, tilesOf } from './selection';
import type { Key, ProjectTree, PromptNode } from './tree';

/** Where the context of a run comes from. */
export interface ContextSource {
  name: 'own' | 'open' | 'all' | 'none';
  /** The prompt whose selection it is. */
  prompt: PromptNode | null;
  selected: readonly Key[];
}

export interface TemplateRun {
  /** A prompt that was made from the template and still says the same. */
  prompt: PromptNode | null;
  variables: readonly string[];
  /** The values that are known already. */
  values: Readonly<Record<string, string>>;
  /** The first is taken unless somebody chooses; empty where the template takes no context. */
  contexts: readonly ContextSource[];
}

/** Plan a run of a template in a project in which a prompt may be open. */
export function planRun(
  tree: ProjectTree,
  template: { id: string; content: string },
  open: PromptNode | null,
  isBusy: (prompt: PromptNode) => boolean
): TemplateRun {
  const { id, content } = template;
  const prompt =
    tree.prompts.find(one => one.templateId === id && one.template === content && !isBusy(one)) ??
    null;
  return {
    prompt,
    variables: variablesIn(content),
    values: prompt?.variables ?? {},
    contexts: takesContext(content) ? contextsOf(tree, prompt, open) : []
  };
}

/** Whether somebody has to be asked before it can be sent. */
export function asks({ variables, contexts }: TemplateRun): boolean {
  return variables.length > 0 || contexts.length > 1;
}

function takesContext(content: string): boolean {
  return [...content.matchAll(PLACEHOLDER)].some(([match]) => kindOf(match, {}) === 'context');
}

function contextsOf(
  tree: ProjectTree,
  own: PromptNode | null,
  open: PromptNode | null
): ContextSource[] {
  const all = availableKeys(tree.blocks.flatMap(tilesOf));
  const ofPrompts = [
    { name: 'own', prompt: own } as const,
    { name: 'open', prompt: open === own ? null : open } as const
  ].flatMap(({ name, prompt }) =>
    prompt && prompt.selected.length > 0 ? [{ name, prompt, selected: prompt.selected }] : []
  );
  return [
    ...ofPrompts,
    ...(all.length > 0 ? [{ name: 'all', prompt: null, selected: all } as const] : []),
    { name: 'none', prompt: null, selected: [] }
  ];
}
