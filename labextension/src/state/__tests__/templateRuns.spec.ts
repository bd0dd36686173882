import { describe, expect, it } from 'vitest';
import { asks, planRun } from '../templateRuns';
import type { ContextNode, ProjectTree, PromptNode } from '../tree';

function item(key: string, ownChars: number): ContextNode {
  return { key, level: 'item', title: key, ownChars, version: 1, source: null, children: [] };
}

function prompt(key: string, change: Partial<PromptNode> = {}): PromptNode {
  return {
    key,
    title: key,
    template: '',
    wrapInTags: true,
    variables: {},
    templateId: null,
    modelConfigId: null,
    version: 1,
    selected: [],
    ...change
  };
}

function treeOf(...prompts: PromptNode[]): ProjectTree {
  const children = [item('b1.i1', 4), item('b1.i2', 0), item('b1.i3', 2)];
  return { name: '', prompts, blocks: [{ ...item('b1', 0), level: 'block', children }] };
}

const TEMPLATE = { id: 't', content: 'Tell {{reader}}: {{context}}' };
const idle = (): boolean => false;
const names = (plan: ReturnType<typeof planRun>): string[] => plan.contexts.map(one => one.name);

describe('a run of a template', () => {
  it('asks for its variables, and which context it takes', () => {
    const open = prompt('p1', { selected: ['b1.i3'] });
    const plan = planRun(treeOf(open), TEMPLATE, open, idle);
    expect(plan.prompt).toBeNull();
    expect(plan.variables).toEqual(['reader']);
    expect(names(plan)).toEqual(['open', 'all', 'none']);
    expect(plan.contexts[1]?.selected).toEqual(['b1.i1', 'b1.i3']);
    expect(asks(plan)).toBe(true);
  });

  it('goes on with the prompt that was made from it and still says the same', () => {
    const made = prompt('p1', {
      templateId: 't',
      template: TEMPLATE.content,
      variables: { reader: 'Ann' },
      selected: ['b1.i1']
    });
    const changed = prompt('p2', { templateId: 't', template: 'something else' });
    const plan = planRun(treeOf(changed, made), TEMPLATE, made, idle);
    expect(plan.prompt?.key).toBe('p1');
    expect(plan.values).toEqual({ reader: 'Ann' });
    expect(names(plan)).toEqual(['own', 'all', 'none']);
    // What is still being answered is left alone.
    expect(planRun(treeOf(changed, made), TEMPLATE, made, () => true).prompt).toBeNull();
  });

  it('asks for nothing where nothing is open', () => {
    const plan = planRun(treeOf(), { id: 't', content: 'Tell a joke.' }, null, idle);
    expect(asks(plan)).toBe(false);
    expect(plan.contexts).toEqual([]);
    const empty = planRun(
      { ...treeOf(), blocks: [] },
      { ...TEMPLATE, content: '{{context}}' },
      null,
      idle
    );
    expect(names(empty)).toEqual(['none']);
    expect(asks(empty)).toBe(false);
  });
});
