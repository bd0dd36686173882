import { QueryClient, QueryObserver, type QueryKey } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Lists } from '../lists';

let state: number;
let answers: (() => void)[];
let queries: QueryClient;
let observer: QueryObserver<number>;

const RUNS: QueryKey = ['runs'];

/** The server reads when it is asked, and answers later. */
const ask = (): Promise<number> => {
  const read = state;
  return new Promise(resolve => answers.push(() => resolve(read)));
};

const answer = async (): Promise<void> => {
  answers.shift()?.();
  await vi.waitFor(() => undefined);
  await new Promise(resolve => setTimeout(resolve));
};

beforeEach(() => {
  state = 1;
  answers = [];
  queries = new QueryClient();
  observer = new QueryObserver(queries, { queryKey: RUNS, queryFn: ask });
  observer.subscribe(() => undefined);
});

describe('lists that change', () => {
  it('shows what changed while the first answer was on its way', async () => {
    const lists = new Lists(queries);
    state = 2;
    void lists.changed('runs');
    await answer();
    expect(observer.getCurrentResult().data).toBe(1);
    await answer();
    expect(observer.getCurrentResult().data).toBe(2);
    expect(answers).toHaveLength(0);
  });

  it('asks once more for any number of changes, and breaks nothing off', async () => {
    const lists = new Lists(queries);
    for (let n = 0; n < 100; n++) {
      state += 1;
      void lists.changed('runs');
    }
    expect(answers).toHaveLength(1);
    let asked = 0;
    while (answers.length > 0) {
      await answer();
      asked += 1;
      expect(observer.getCurrentResult().data).toBeDefined();
    }
    expect(observer.getCurrentResult().data).toBe(101);
    expect(asked).toBeLessThanOrEqual(3);
  });
});
