import { describe, expect, it } from 'vitest';
import type { ModelConfig, ModelInfo, Provider } from '../../api/types';
import { ceiling, choiceOf, matching, remembering, retiring, taken } from '../sending';

const provider: Provider = { id: 'p', name: 'Provider', needsKey: true, needsBaseUrl: false };
const plain: ModelInfo = { provider: 'p', id: 'plain', name: 'Plain One' };
const thinker: ModelInfo = {
  provider: 'p',
  id: 'thinker',
  maxOutput: 1000,
  parameters: ['maxTokens'],
  prices: { input: 2, output: 10, source: 'catalogue' }
};
const groups = [{ provider, models: [plain, thinker] }];
const config = (id: string, isDefault = false): ModelConfig => ({
  id,
  name: id,
  provider: 'p',
  model: 'thinker',
  parameters: { maxTokens: 7 },
  isDefault
});
const nothing = { configId: null, model: null, parameters: {} };

describe('which model a prompt is sent to', () => {
  it('is that of its own configuration, before all others', () => {
    const configs = [config('own'), config('usual', true)];
    const choice = choiceOf(groups, configs, { ...nothing, configId: 'own', model: 'p/plain' });
    expect(choice).toMatchObject({ model: 'thinker', config: { id: 'own' } });
    expect(choice?.parameters).toEqual({ maxTokens: 7 });
  });

  it('is the one last chosen, else the default, else the first', () => {
    const configs = [config('usual', true)];
    expect(choiceOf(groups, configs, { ...nothing, model: 'p/plain' })?.model).toBe('plain');
    expect(choiceOf(groups, configs, { ...nothing, model: 'p/gone' })?.config?.id).toBe('usual');
    expect(choiceOf(groups, [], nothing)?.model).toBe('plain');
    expect(choiceOf([], [], nothing)).toBeNull();
  });

  it('stays known where the configuration was deleted', () => {
    expect(choiceOf(groups, [], { ...nothing, configId: 'deleted' })?.model).toBe('plain');
  });
});

describe('how a model is asked', () => {
  it('leaves out what it does not take, and what is empty', () => {
    const all = { temperature: 0, topP: null, maxTokens: 5, system: '', maxCost: 1 };
    expect(taken(all, thinker)).toEqual({ maxTokens: 5, maxCost: 1 });
    expect(taken(all, plain)).toEqual({ temperature: 0, maxTokens: 5, maxCost: 1 });
  });

  it('costs at most what its longest answer costs', () => {
    expect(ceiling(thinker, 1_000_000, null)).toBeCloseTo(2.01);
    expect(ceiling(thinker, 1_000_000, 100)).toBeCloseTo(2.001);
    expect(ceiling(plain, 1_000_000, 100)).toBeNull();
  });
});

describe('the list of models', () => {
  it('is searched by words in any order, of the provider too', () => {
    expect(matching(groups, 'one provider').flatMap(group => group.models)).toEqual([plain]);
    expect(matching(groups, 'nothing such')).toEqual([]);
  });

  it('tells which retire', () => {
    expect(retiring(plain)).toBeNull();
    expect(retiring({ ...plain, retiresInDays: 30 })).toBe('soon');
    expect(retiring({ ...plain, retiresInDays: -1 })).toBe('gone');
    expect(retiring({ ...plain, retiresInDays: 400 })).toBeNull();
  });

  it('remembers what was used last, each once', () => {
    expect(remembering(['a', 'b', 'c', 'd', 'e'], 'c')).toEqual(['c', 'a', 'b', 'd', 'e']);
    expect(remembering(['a', 'b', 'c', 'd', 'e'], 'f')).toEqual(['f', 'a', 'b', 'c', 'd']);
  });
});
