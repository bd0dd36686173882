/** Which model a prompt is sent to and how it is asked: what was chosen, remembered or is usual. */
import type { ModelConfig, ModelInfo, ParameterName, Parameters, Provider } from '../api/types';

export interface ProviderModels {
  provider: Provider;
  models: ModelInfo[];
  /** Why the provider could not be asked. */
  error?: string;
}

/** A model and how it is asked; by a configuration or as it was last set here. */
export interface Choice {
  provider: string;
  model: string;
  config: ModelConfig | null;
  parameters: Parameters;
  /** What the list of models tells of it. */
  info: ModelInfo | null;
}

export interface Wishes {
  /** The configuration the prompt remembers. */
  configId: string | null;
  /** The model that was last chosen: "provider/model". */
  model: string | null;
  /** How models are asked that no configuration stands behind. */
  parameters: Parameters;
}

/** The prompt's configuration, else the model last chosen, else the default, else the first. */
export function choiceOf(
  groups: readonly ProviderModels[],
  configs: readonly ModelConfig[],
  wishes: Wishes
): Choice | null {
  const own = configs.find(config => config.id === wishes.configId);
  if (own) {
    return ofConfig(own, groups);
  }
  const all = groups.flatMap(group => group.models);
  const last = all.find(model => nameOf(model) === wishes.model);
  const usual = last ? undefined : configs.find(config => config.isDefault);
  if (usual) {
    return ofConfig(usual, groups);
  }
  const info = last ?? all[0];
  return info
    ? {
        provider: info.provider,
        model: info.id,
        config: null,
        parameters: taken(wishes.parameters, info),
        info
      }
    : null;
}

function ofConfig(config: ModelConfig, groups: readonly ProviderModels[]): Choice {
  const { provider, model, parameters } = config;
  return { provider, model, config, parameters, info: infoOf(groups, provider, model) };
}

export function infoOf(
  groups: readonly ProviderModels[],
  provider: string,
  model: string
): ModelInfo | null {
  const group = groups.find(one => one.provider.id === provider);
  return group?.models.find(one => one.id === model) ?? null;
}

/** How a model is named in what is remembered. */
export function nameOf(model: { provider: string; id: string }): string {
  return `${model.provider}/${model.id}`;
}

/** Whether a model takes a parameter; where nobody knows, it may be tried. */
export function takes(info: ModelInfo | null, name: ParameterName): boolean {
  return info?.parameters?.includes(name) ?? true;
}

/** The parameters without those the model would refuse, and without empty ones. */
export function taken(parameters: Parameters, info: ModelInfo | null): Parameters {
  const named: ParameterName[] = ['temperature', 'topP', 'maxTokens', 'schema'];
  const refused = new Set<string>(named.filter(name => !takes(info, name)));
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([name, value]) => value !== null && value !== undefined && value !== '' && !refused.has(name)
    )
  );
}

/** What a model may cost at most for so many tokens in, as far as its price is known. */
export function ceiling(info: ModelInfo, input: number, longest: number | null): number | null {
  const most = longest ?? info.maxOutput;
  return info.prices && most
    ? (input * info.prices.input + most * info.prices.output) / 1_000_000
    : null;
}

const SOON = 90;

/** Whether somebody who chooses the model should know that it goes. */
export function retiring(info: ModelInfo): 'soon' | 'gone' | null {
  const days = info.retiresInDays ?? null;
  return days === null || days > SOON ? null : days < 0 ? 'gone' : 'soon';
}

/** Models whose name, id or provider holds all the words. */
export function matching(groups: readonly ProviderModels[], wanted: string): ProviderModels[] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map(group => ({
      ...group,
      models: group.models.filter(model => {
        const text = `${group.provider.name} ${model.name ?? ''} ${model.id}`.toLocaleLowerCase();
        return words.every(word => text.includes(word));
      })
    }))
    .filter(group => group.models.length > 0);
}

const REMEMBERED = 5;

/** The models that were used last, the newest first. */
export function remembering(recent: readonly string[], name: string): string[] {
  return [name, ...recent.filter(other => other !== name)].slice(0, REMEMBERED);
}
