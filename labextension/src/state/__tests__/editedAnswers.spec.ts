import { describe, expect, it, vi } from 'vitest';
import { EditedAnswers } from '../editedAnswers';
import { MemoryStorage } from '../storage';

async function opened(storage: MemoryStorage): Promise<EditedAnswers> {
  const answers = new EditedAnswers();
  await answers.open(storage);
  return answers;
}

describe('an edited answer', () => {
  it('is kept over a reload, until the one of the model is wanted again', async () => {
    const storage = new MemoryStorage();
    const first = await opened(storage);
    first.edit('one', 'mine');
    first.edit('two', 'also');
    first.edit('two', 'also mine');
    expect((await opened(storage)).texts.get()).toEqual({ one: 'mine', two: 'also mine' });
    first.edit('one', null);
    expect(first.texts.get()).toEqual({ two: 'also mine' });
    expect((await opened(storage)).texts.get()).toEqual({ two: 'also mine' });
  });

  it('gives way when there are many newer ones', async () => {
    vi.useFakeTimers();
    const storage = new MemoryStorage();
    const answers = await opened(storage);
    for (let k = 0; k < 205; k++) {
      vi.setSystemTime(k);
      answers.edit(`run ${k}`, 'text');
    }
    const kept = Object.keys((await opened(storage)).texts.get());
    expect(kept).toHaveLength(200);
    expect(kept).not.toContain('run 4');
    expect(await storage.read()).toHaveLength(200);
    vi.useRealTimers();
  });
});
