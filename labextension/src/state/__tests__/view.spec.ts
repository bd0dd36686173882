import { describe, expect, it } from 'vitest';
import { ViewModel } from '../view';

describe('a view', () => {
  it('that returns to a project shows what was open in it', () => {
    const view = new ViewModel();
    view.openProject('one');
    view.openNode('b1.i1');
    view.openPrompt('p2');
    view.openProject('two');
    expect(view.state.get()).toMatchObject({ tab: 'context', nodeKey: null, promptKey: null });
    view.openProject(null);
    view.openProject('one');
    expect(view.state.get()).toMatchObject({ tab: 'prompt', nodeKey: 'b1.i1', promptKey: 'p2' });
  });

  it('of somebody else begins anew', () => {
    const view = new ViewModel();
    view.belongTo('ann');
    view.openProject('one');
    view.openPrompt('p2');
    view.openProject('two');
    view.belongTo('bob');
    view.openProject('one');
    expect(view.state.get()).toMatchObject({ tab: 'context', promptKey: null });
  });
});
