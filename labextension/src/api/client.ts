/** The typed client of the REST contract, over whatever carries a request to the server. */
import { errorOf, NetworkError } from './errors';
import type { ServerEvent } from './sse';
import { readEvents } from './sse';
import type {
  ApiKey,
  CompiledPrompt,
  ConnectionTest,
  ModelInfo,
  NodeContent,
  NodeIds,
  Page,
  Project,
  ProjectSummary,
  Provider,
  Run,
  RunDetail,
  SavedApiKey,
  SendRequest,
  SplitApplied,
  SplitOptions,
  SplitPreview,
  SplitTarget,
  TokenCount,
  User
} from './types';

/** Carries a request to the extension's part of the server; throws when nobody answers. */
export type Transport = (path: string, init: RequestInit) => Promise<Response>;

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const segment = encodeURIComponent;

function query(params: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== '') {
      search.set(name, String(value));
    }
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

export class ApiClient {
  constructor(private readonly transport: Transport) {}

  /** Send one request and read its JSON answer. */
  async call<T>(path: string, options: CallOptions = {}): Promise<T> {
    const response = await this.request(path, options);
    if (response.status === 204) {
      return undefined as T;
    }
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw new NetworkError(error); // the answer broke off
    }
  }

  me(): Promise<User> {
    return this.call('api/user');
  }

  listProjects(q: string, cursor: string | null = null): Promise<Page<ProjectSummary>> {
    return this.call(`api/projects${query({ q, cursor })}`);
  }

  createProject(name: string): Promise<ProjectSummary> {
    return this.call('api/projects', { method: 'POST', body: { name } });
  }

  renameProject(id: string, name: string): Promise<ProjectSummary> {
    return this.call(`api/projects/${segment(id)}`, { method: 'PATCH', body: { name } });
  }

  duplicateProject(id: string): Promise<ProjectSummary> {
    return this.call(`api/projects/${segment(id)}/duplicate`, { method: 'POST', body: {} });
  }

  deleteProject(id: string): Promise<void> {
    return this.call(`api/projects/${segment(id)}`, { method: 'DELETE' });
  }

  /** The project: its outline only, or with every content. */
  project(id: string, contents: 'none' | 'all' = 'none'): Promise<Project> {
    return this.call(
      `api/projects/${segment(id)}${query({ contents: contents === 'none' ? 'none' : null })}`
    );
  }

  node(projectId: string, ids: NodeIds): Promise<NodeContent> {
    const item = `context-blocks/${ids.blockId}/items/${String(ids.itemId)}`;
    const sub = ids.subItemId ? `/sub-items/${ids.subItemId}` : '';
    return this.call(`api/projects/${segment(projectId)}/${item}${sub}`);
  }

  /** Where a text would be split. */
  previewSplit(
    projectId: string,
    node: NodeIds,
    options: SplitOptions,
    signal: AbortSignal
  ): Promise<SplitPreview> {
    return this.call(`api/projects/${segment(projectId)}/context-blocks/split`, {
      method: 'POST',
      body: { ...node, ...options, preview: true },
      signal
    });
  }

  /** Make nodes of the parts of a text; the same key never does it twice. */
  split(
    projectId: string,
    node: NodeIds,
    options: SplitOptions,
    target: SplitTarget,
    idempotencyKey: string
  ): Promise<SplitApplied> {
    return this.call(`api/projects/${segment(projectId)}/context-blocks/split`, {
      method: 'POST',
      body: { ...node, ...options, ...target },
      headers: { 'Idempotency-Key': idempotencyKey }
    });
  }

  /** Take back what one version of a project changed. */
  undoVersion(projectId: string, version: number): Promise<{ version: number; chars: number }> {
    return this.call(`api/projects/${segment(projectId)}/history/${version}/undo`, {
      method: 'POST',
      body: {},
      headers: { 'Idempotency-Key': `undo ${projectId} ${version}` }
    });
  }

  compile(
    projectId: string,
    body: {
      promptBlockId: number;
      wrapInTags?: boolean;
      variables?: Record<string, string>;
      mostChars?: number;
    },
    signal?: AbortSignal
  ): Promise<CompiledPrompt> {
    return this.call(`api/projects/${segment(projectId)}/prompt-blocks/compile`, {
      method: 'POST',
      body,
      signal
    });
  }

  providers(): Promise<Provider[]> {
    return this.list('ai/providers');
  }

  apiKeys(): Promise<ApiKey[]> {
    return this.list('api/user/api-keys');
  }

  saveApiKey(provider: string, body: { apiKey?: string; baseUrl?: string }): Promise<SavedApiKey> {
    return this.call(`api/user/api-keys/${segment(provider)}`, { method: 'POST', body });
  }

  deleteApiKey(provider: string): Promise<void> {
    return this.call(`api/user/api-keys/${segment(provider)}`, { method: 'DELETE' });
  }

  models(provider: string, refresh = false): Promise<ModelInfo[]> {
    return this.list(`ai/models${query({ provider, refresh: refresh ? 1 : null })}`);
  }

  testConnection(body: {
    provider: string;
    apiKey?: string;
    baseUrl?: string;
  }): Promise<ConnectionTest> {
    return this.call('ai/test-connection', { method: 'POST', body });
  }

  runs(projectId: string, promptBlockId: number): Promise<Run[]> {
    return this.list(`ai/runs${query({ projectId, promptBlockId, limit: 1 })}`);
  }

  run(id: string): Promise<RunDetail> {
    return this.call(`ai/runs/${segment(id)}`);
  }

  cancelRun(id: string): Promise<void> {
    return this.call(`ai/runs/${segment(id)}/cancel`, { method: 'POST', body: {} });
  }

  /** Send a prompt and read the answer as it comes. */
  send(body: SendRequest, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    return this.events('ai/send', { method: 'POST', body, signal });
  }

  /** Read on in a run's stream behind the last event that arrived. */
  resume(
    runId: string,
    lastEventId: string | null,
    signal: AbortSignal
  ): AsyncGenerator<ServerEvent> {
    const headers: Record<string, string> = lastEventId ? { 'Last-Event-ID': lastEventId } : {};
    return this.events(`ai/runs/${segment(runId)}/events`, { headers, signal });
  }

  countTokens(body: {
    projectId: string;
    promptBlockId: number;
    provider: string;
    model: string;
  }): Promise<TokenCount> {
    return this.call('ai/count-tokens', { method: 'POST', body });
  }

  /** What is changed anywhere, as it happens. */
  changes(lastEventId: string | null, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const headers: Record<string, string> = lastEventId ? { 'Last-Event-ID': lastEventId } : {};
    return this.events('api/events', { headers, signal });
  }

  /** A list that is short by nature: its first page is all of it. */
  private async list<T>(path: string): Promise<T[]> {
    return (await this.call<Page<T>>(path)).items;
  }

  private async *events(path: string, options: CallOptions): AsyncGenerator<ServerEvent> {
    const response = await this.request(path, {
      ...options,
      headers: { ...options.headers, Accept: 'text/event-stream' }
    });
    if (response.body) {
      yield* readEvents(response.body);
    }
  }

  private async request(path: string, options: CallOptions): Promise<Response> {
    const init: RequestInit = {
      method: options.method ?? 'GET',
      headers: { Accept: 'application/json', ...options.headers },
      signal: options.signal
    };
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
    }
    let response: Response;
    try {
      response = await this.transport(path, init);
    } catch (error) {
      if (options.signal?.aborted) {
        throw error;
      }
      throw new NetworkError(error);
    }
    if (!response.ok) {
      throw await errorOf(response);
    }
    return response;
  }
}
