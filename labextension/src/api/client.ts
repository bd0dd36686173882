/** The typed client of the REST contract, over whatever carries a request to the server. */
import { errorOf, NetworkError } from './errors';
import type { ServerEvent } from './sse';
import { readEvents } from './sse';
import type {
  ApiKey,
  Budget,
  CompiledPrompt,
  ConnectionTest,
  ImportedTemplates,
  ModelConfig,
  ContextStats,
  HistoryEntry,
  Imported,
  LanguageCode,
  ModelInfo,
  NamedTokens,
  NodeContent,
  NodeIds,
  Page,
  Project,
  ProjectSearch,
  ProjectSummary,
  Provider,
  Run,
  RunDetail,
  RunsQuery,
  SavedApiKey,
  SendRequest,
  Share,
  SplitApplied,
  SplitOptions,
  SplitPreview,
  SplitTarget,
  Template,
  TemplateSearch,
  TemplateSort,
  TemplateSummary,
  TemplateVersion,
  TokenCount,
  User
} from './types';

/** Carries a request to the extension's part of the server; throws when nobody answers. */
export type Transport = (path: string, init: RequestInit) => Promise<Response>;

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** A file, sent as it is. */
  raw?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** It is carried out even if the page is left meanwhile. */
  keepalive?: boolean;
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
  constructor(
    private readonly transport: Transport,
    /** What a person is told when nobody answers; the browser's own words are English. */
    private readonly silence: () => string = () => 'The server does not answer.'
  ) {}

  unreachable(cause?: unknown): NetworkError {
    return new NetworkError(this.silence(), cause);
  }

  /** Send one request and read its JSON answer. */
  async call<T>(path: string, options: CallOptions = {}): Promise<T> {
    const response = await this.request(path, options);
    if (response.status === 204) {
      return undefined as T;
    }
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw this.unreachable(error); // the answer broke off
    }
  }

  me(): Promise<User> {
    return this.call('api/user');
  }

  /** Change the language of the person; null: JupyterLab's. */
  setLanguage(language: LanguageCode | null): Promise<User> {
    return this.call('api/user', { method: 'PATCH', body: { language } });
  }

  listProjects(q: string, cursor: string | null = null): Promise<Page<ProjectSummary>> {
    return this.call(`api/projects${query({ q, cursor })}`);
  }

  createProject(name: string): Promise<ProjectSummary> {
    return this.call('api/projects', { method: 'POST', body: { name } });
  }

  /** Make the project that the tour walks through. */
  createSample(): Promise<ProjectSummary> {
    return this.call('api/projects/sample', { method: 'POST', body: {} });
  }

  /** Take in a file of any known form; a block goes into the named project. */
  importFile(file: File, projectId: string | null): Promise<Imported> {
    const path = `api/projects/import${query({ projectId, filename: file.name })}`;
    return this.call(path, { method: 'POST', raw: file });
  }

  /** The project as a file, and what it is called. */
  async exportProject(id: string): Promise<{ name: string | null; content: Blob }> {
    const response = await this.request(`api/projects/${segment(id)}/export`, {});
    const told = response.headers.get('Content-Disposition') ?? '';
    const name = /filename\*=UTF-8''([^;]+)/i.exec(told)?.[1];
    return { name: name ? decodeURIComponent(name) : null, content: await response.blob() };
  }

  history(id: string, cursor: string | null): Promise<Page<HistoryEntry>> {
    return this.call(`api/projects/${segment(id)}/history${query({ cursor, limit: 30 })}`);
  }

  /** Make the project what it was at a version. */
  restoreVersion(id: string, version: number): Promise<ProjectSummary> {
    return this.call(`api/projects/${segment(id)}/history/${version}/restore`, {
      method: 'POST',
      body: {}
    });
  }

  searchProject(
    id: string,
    q: string,
    cursor: string | null,
    signal: AbortSignal
  ): Promise<ProjectSearch> {
    return this.call(`api/projects/${segment(id)}/search${query({ q, cursor })}`, { signal });
  }

  /** Sizes of the context, with tokens. */
  stats(id: string): Promise<ContextStats> {
    return this.call(`api/projects/${segment(id)}/context-blocks/stats?tokens=true`);
  }

  /** Tokens of some texts of the context; nothing of the others is read. */
  async tokensOf(id: string, nodes: readonly NodeIds[]): Promise<NamedTokens[]> {
    const names = nodes.map(({ blockId, itemId, subItemId }) =>
      [blockId, itemId, subItemId].filter(one => one).join('.')
    );
    const path = `api/projects/${segment(id)}/context-blocks/tokens${query({ nodes: names.join(',') })}`;
    return (await this.call<{ nodes: NamedTokens[] }>(path)).nodes;
  }

  renameProject(id: string, name: string): Promise<ProjectSummary> {
    return this.call(`api/projects/${segment(id)}`, { method: 'PATCH', body: { name } });
  }

  duplicateProject(id: string): Promise<ProjectSummary> {
    return this.call(`api/projects/${segment(id)}/duplicate`, { method: 'POST', body: {} });
  }

  deleteProject(id: string): Promise<void> {
    // It may be the last thing that a page does.
    return this.call(`api/projects/${segment(id)}`, { method: 'DELETE', keepalive: true });
  }

  /** With whom a project of one's own is shared. */
  shares(projectId: string): Promise<Page<Share>> {
    return this.call(`api/projects/${segment(projectId)}/shares`);
  }

  /** Share it; who has it already has this role from now on. */
  share(
    projectId: string,
    whom: { user: string } | { group: string },
    role: Share['role']
  ): Promise<Share> {
    const body = { ...whom, role };
    return this.call(`api/projects/${segment(projectId)}/shares`, { method: 'POST', body });
  }

  changeShare(projectId: string, id: string, role: Share['role']): Promise<Share> {
    const path = `api/projects/${segment(projectId)}/shares/${segment(id)}`;
    return this.call(path, { method: 'PATCH', body: { role } });
  }

  endShare(projectId: string, id: string): Promise<void> {
    const path = `api/projects/${segment(projectId)}/shares/${segment(id)}`;
    return this.call(path, { method: 'DELETE' });
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
    body: { promptBlockId: number; template?: string; mostChars?: number },
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

  /** The last run of a prompt. */
  async lastRun(projectId: string, promptBlockId: number): Promise<Run | null> {
    return (await this.runs({ projectId, promptBlockId, limit: 1 })).items[0] ?? null;
  }

  /** Runs, newest first. */
  runs(wanted: RunsQuery): Promise<Page<Run>> {
    return this.call(`ai/runs${query({ ...wanted })}`);
  }

  deleteRun(id: string): Promise<void> {
    return this.call(`ai/runs/${segment(id)}`, { method: 'DELETE' });
  }

  configs(): Promise<ModelConfig[]> {
    return this.list('ai/configs');
  }

  createConfig(body: Omit<ModelConfig, 'id'>): Promise<ModelConfig> {
    return this.call('ai/configs', { method: 'POST', body });
  }

  updateConfig(id: string, body: Partial<Omit<ModelConfig, 'id'>>): Promise<ModelConfig> {
    return this.call(`ai/configs/${segment(id)}`, { method: 'PATCH', body });
  }

  deleteConfig(id: string): Promise<void> {
    return this.call(`ai/configs/${segment(id)}`, { method: 'DELETE', keepalive: true });
  }

  budget(): Promise<Budget> {
    return this.call('ai/budget');
  }

  templates(sort: TemplateSort, cursor: string | null = null): Promise<Page<TemplateSummary>> {
    return this.call(`api/templates${query({ sort, cursor })}`);
  }

  searchTemplates(q: string): Promise<TemplateSearch> {
    return this.call(`api/templates/search${query({ q, limit: 100 })}`);
  }

  template(id: string): Promise<Template> {
    return this.call(`api/templates/${segment(id)}`);
  }

  createTemplate(body: { name: string; content: string }): Promise<Template> {
    return this.call('api/templates', { method: 'POST', body });
  }

  /** Change a template; with a version only if it is still the newest. */
  updateTemplate(
    id: string,
    body: { name?: string; content?: string },
    version?: number
  ): Promise<Template> {
    const headers: Record<string, string> = version ? { 'If-Match': `"${version}"` } : {};
    return this.call(`api/templates/${segment(id)}`, { method: 'PATCH', body, headers });
  }

  deleteTemplate(id: string): Promise<void> {
    return this.call(`api/templates/${segment(id)}`, { method: 'DELETE', keepalive: true });
  }

  /** Note that a template was put into a prompt. */
  useTemplate(id: string): Promise<unknown> {
    return this.call(`api/templates/${segment(id)}/use`, { method: 'POST', body: {} });
  }

  templateVersions(id: string, cursor: string | null = null): Promise<Page<TemplateVersion>> {
    return this.call(`api/templates/${segment(id)}/versions${query({ cursor })}`);
  }

  templateVersion(id: string, version: number): Promise<TemplateVersion & { content: string }> {
    return this.call(`api/templates/${segment(id)}/versions/${version}`);
  }

  restoreTemplate(id: string, version: number): Promise<Template> {
    return this.call(`api/templates/${segment(id)}/versions/${version}/restore`, {
      method: 'POST',
      body: {}
    });
  }

  /** A text or a zip of texts becomes templates. */
  importTemplates(file: File): Promise<ImportedTemplates> {
    return this.call(`api/templates/import${query({ filename: file.name })}`, {
      method: 'POST',
      raw: file
    });
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
    system?: string | null;
    maxTokens?: number | null;
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
      headers: {
        Accept: 'application/json',
        ...options.headers
      },
      signal: options.signal,
      keepalive: options.keepalive
    };
    if (options.raw) {
      init.body = options.raw;
    } else if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
    }
    let response: Response;
    try {
      response = await this.transport(path, init);
    } catch (error) {
      if (options.signal?.aborted) {
        throw error;
      }
      throw this.unreachable(error);
    }
    if (!response.ok) {
      throw await errorOf(response);
    }
    return response;
  }
}
