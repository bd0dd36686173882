/** What travels between the browser and the server, as the REST contract names it. */

export interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}

export type LanguageCode = 'en' | 'ru';

export interface User {
  id: string;
  name: string;
  /** False where the server belongs to one person: there is nobody to share with. */
  canShare: boolean;
  /** Those of the Hub that the person is in. */
  groups: string[];
  /** null: as JupyterLab says. */
  language: LanguageCode | null;
  limits: { projectChars: number; blockChars: number };
}

/** What somebody may do with a project. */
export type Role = 'owner' | 'edit' | 'view';

/** Whose a project is; told where it is somebody else's. */
export interface Owner {
  id: string;
  name: string;
}

/** With whom a project is shared: a person or a group of the Hub. */
export interface Share {
  id: string;
  user?: { id: string; name: string } | null;
  group?: string | null;
  role: 'edit' | 'view';
  createdAt: string;
}

export interface ProjectSummary {
  id: string;
  name: string;
  version: number;
  chars: number;
  blocks: number;
  items: number;
  prompts: number;
  createdAt: string;
  updatedAt: string;
  role: Role;
  owner?: Owner | null;
}

/** Where a piece of context came from (a cell, a file, a DataFrame, a variable). */
export interface Source {
  kind: string;
  reference: string;
  contentHash?: string | null;
  capturedAt: string;
}

export interface SubItem {
  id: number;
  title: string;
  chars: number;
  version: number;
  content?: string | null;
  source?: Source | null;
}

export interface Item extends SubItem {
  contentChars: number;
  subItems?: SubItem[];
}

export interface Block {
  id: number;
  title: string;
  chars: number;
  version: number;
  items: Item[];
}

export interface SelectedContext {
  blockId: number;
  itemId: number;
  subItemId?: number | null;
  order: number;
}

export interface PromptBlock {
  id: number;
  title: string;
  template: string;
  wrapInTags: boolean;
  variables?: Record<string, string> | null;
  templateId?: string | null;
  modelConfigId?: string | null;
  version: number;
  selectedContext: SelectedContext[];
}

export interface ProjectData {
  contextBlocks: Block[];
  promptBlocks: PromptBlock[];
}

export interface Project {
  id: string;
  name: string;
  version: number;
  chars: number;
  createdAt: string;
  updatedAt: string;
  role: Role;
  owner?: Owner | null;
  data: ProjectData;
}

/** The ids that name one node of the context tree. */
export interface NodeIds {
  blockId: number;
  itemId?: number | null;
  subItemId?: number | null;
}

export interface NodeContent {
  id: number;
  title: string;
  content: string;
  chars: number;
  version: number;
  source?: Source | null;
}

export interface ContextChanged {
  version: number;
  chars: number;
  nodes: (NodeIds & {
    version: number;
    chars: number;
    contentChars?: number | null;
    title?: string;
  })[];
  created: Record<string, NodeIds>;
  /** Nodes that have another address now; what stands in them has kept its own ids. */
  moved?: { from: NodeIds; to: NodeIds }[];
}

export interface PromptsChanged {
  version: number;
  prompts: { promptBlockId: number; version: number; title?: string }[];
  created: Record<string, { promptBlockId: number }>;
}

/** How much a project's context holds; `nodes` are those that have a text of their own. */
export interface ContextStats {
  blocks: { id: number; tokens?: number | null; nodes?: NodeTokens[] | null }[];
  tokens?: { family: string; tokens: number; exact: boolean }[] | null;
}

export interface NodeTokens {
  itemId: number;
  subItemId?: number | null;
  tokens: number;
}

/** Tokens of a node that is named by all its ids. */
export interface NamedTokens extends NodeTokens {
  blockId: number;
}

/** A part of a text; a hit is marked. */
export interface Fragment {
  text: string;
  hit: boolean;
}

export type HitKind = 'block' | 'item' | 'subItem' | 'prompt' | 'answer';

/** Something in a project that has all the words that were looked for. */
export interface ProjectHit {
  kind: HitKind;
  blockId?: number | null;
  itemId?: number | null;
  subItemId?: number | null;
  promptBlockId?: number | null;
  runId?: string | null;
  path: string[];
  title: string;
  markedTitle: Fragment[];
  snippet: Fragment[];
  /** Where the first hit that is shown stands in the text, in code points. */
  position: number | null;
  hits: number;
}

export interface ProjectSearch extends Page<ProjectHit> {
  total: number;
}

export type ChangeKind =
  | 'create'
  | 'copy'
  | 'import'
  | 'restore'
  | 'rename'
  | 'add'
  | 'edit'
  | 'retitle'
  | 'source'
  | 'move'
  | 'delete'
  | 'select'
  | 'addPrompt'
  | 'editPrompt'
  | 'movePrompt'
  | 'deletePrompt';

/** One thing that a version did, without the texts. */
export interface HistoryChange {
  kind: ChangeKind;
  title?: string | null;
  inserted?: number | null;
  deleted?: number | null;
  selected?: number | null;
  version?: number | null;
}

export interface HistoryEntry {
  version: number;
  at: string;
  author: { id: string; name: string | null };
  changes: HistoryChange[];
  totalChanges: number;
}

export type ImportForm = 'promptyflow' | 'saas' | 'desktop' | 'contextBlock' | 'templates';

/** What was recognised in a file, and what has become of it. */
export interface Imported {
  recognised: ImportForm;
  project?: ProjectSummary | null;
  block?: NodeIds | null;
  templates?: { id: string; name: string }[] | null;
}

export type SplitMethod =
  'sentence' | 'paragraph' | 'heading' | 'delimiter' | 'pattern' | 'exact' | 'tokens';

/** How a text is split; which options go with which method is in the contract. */
export interface SplitOptions {
  method: SplitMethod;
  parts?: number;
  size?: number;
  maxSize?: number;
  perPart?: number;
  minSize?: number;
  level?: number;
  delimiter?: string;
  pattern?: string;
  preset?: 'chapters' | 'numbering' | 'dates';
  keep?: boolean;
  caseSensitive?: boolean;
  /** Whose tokens are meant. */
  model?: string;
  provider?: string;
}

/** What becomes of the parts; `chosen` are places in the preview of that version. */
export interface SplitTarget {
  into: 'subItems' | 'items';
  keepOriginal: boolean;
  version: number;
  chosen?: number[];
}

export type SplitWarning = 'blank' | 'long' | 'midWord';

export interface SplitPart {
  start: number;
  end: number;
  chars: number;
  tokens?: number | null;
  firstLine: string;
  warnings: SplitWarning[];
}

/** Part n is called `titleHead` + n + `titleTail`. */
export interface SplitPreview {
  version: number;
  chars: number;
  titleHead: string;
  titleTail: string;
  /** false: tokens are estimated. */
  exactTokens?: boolean | null;
  parts: SplitPart[];
}

export interface SplitApplied {
  version: number;
  chars: number;
  parts: NodeIds[];
  moved: { from: NodeIds; to: NodeIds }[];
}

/** One node or prompt that moved on before a change made on an older version arrived. */
export type Clash = Partial<NodeIds> & {
  promptBlockId?: number;
  version: number;
  title?: string;
  content?: string | null;
  template?: string | null;
  /** It is not there any more. */
  deleted?: boolean;
};

export interface CompiledPiece {
  blockId: number;
  itemId: number;
  subItemId?: number | null;
  start: number;
  end: number;
  chars: number;
}

export interface CompiledPrompt {
  compiled: string;
  contextChars: number;
  templateChars: number;
  totalChars: number;
  pieces: CompiledPiece[];
  unresolved: SelectedContext[];
  missingVariables: string[];
  contextUnused: boolean;
  sha256: string;
}

export interface Provider {
  id: string;
  name: string;
  needsKey: boolean;
  needsBaseUrl: boolean;
  defaultBaseUrl?: string | null;
}

export type KeyStatus = 'active' | 'error' | 'unverified';

export interface ApiKey {
  provider: string;
  status: KeyStatus;
  last4?: string | null;
  baseUrl?: string | null;
  lastTestedAt?: string | null;
  source?: 'user' | 'admin';
}

/** What models may be told beside the text. */
export type ParameterName = 'temperature' | 'topP' | 'maxTokens' | 'schema';

/** US dollars for a million tokens. */
export interface Prices {
  input: number;
  output: number;
  cached?: number | null;
  source: 'live' | 'catalogue' | 'settings';
}

export interface ModelInfo {
  provider: string;
  id: string;
  name?: string | null;
  contextWindow?: number | null;
  maxOutput?: number | null;
  prices?: Prices | null;
  /** null: not known. */
  parameters?: string[] | null;
  reasoning?: boolean | null;
  retiresAt?: string | null;
  retiresInDays?: number | null;
  exactTokens?: boolean;
  source?: 'live' | 'catalogue' | 'settings';
}

/** How a model is asked; what is left out is the model's own. */
export interface Parameters {
  system?: string | null;
  temperature?: number | null;
  topP?: number | null;
  maxTokens?: number | null;
  schema?: Record<string, unknown> | null;
  timeout?: number | null;
  /** US dollars. */
  maxCost?: number | null;
}

/** A model with parameters, under a name. */
export interface ModelConfig {
  id: string;
  name: string;
  provider: string;
  model: string;
  parameters: Parameters;
  isDefault: boolean;
}

/** What may be spent in this month; null: as much as one likes. */
export interface Budget {
  since: string;
  dollars: number;
  dollarsLimit?: number | null;
  tokens: number;
  tokensLimit?: number | null;
}

export interface ConnectionTest {
  success: boolean;
  status: string;
  models: number | null;
  error: ErrorBody | null;
}

/** A key that was just stored, and how its test went. */
export interface SavedApiKey extends ApiKey {
  models?: number | null;
  error?: ErrorBody | null;
}

export interface Usage {
  inputTokens?: number | null;
  outputTokens?: number | null;
  cachedTokens?: number | null;
  cacheWriteTokens?: number | null;
  reasoningTokens?: number | null;
}

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export type RunStatus = 'running' | 'done' | 'cancelled' | 'interrupted' | 'blocked' | 'failed';

export interface Run {
  id: string;
  provider: string;
  model: string;
  status: RunStatus;
  usage: Usage | null;
  cost: number | null;
  /** Whose word the cost is. */
  costSource?: string | null;
  durationMs: number | null;
  finishReason: string | null;
  error: ErrorBody | null;
  projectId?: string | null;
  promptBlockId?: number | null;
  promptTitle?: string | null;
  parameters?: Record<string, unknown>;
  requestId?: string | null;
  /** How its answer begins; in lists. */
  preview?: string | null;
  startedAt: string;
}

/** A run with what came of it. */
export interface RunDetail extends Run {
  /** Exactly what was sent; null where texts are not kept. */
  messages?: Message[] | null;
  response: string | null;
  reasoning: string | null;
}

export interface RunsQuery {
  projectId?: string | null;
  promptBlockId?: number | null;
  status?: RunStatus | null;
  provider?: string | null;
  model?: string | null;
  q?: string;
  limit?: number;
  cursor?: string | null;
}

export interface SendRequest extends Parameters {
  provider: string;
  model: string;
  projectId?: string;
  promptBlockId?: number;
  /** A run: what was sent there is sent again. */
  repeat?: string;
  stream: true;
}

export type TemplateSort = 'updated' | 'name' | 'used';

export interface TemplateSummary {
  id: string;
  name: string;
  version: number;
  chars: number;
  uses: number;
  usedAt?: string | null;
  createdAt: string;
  updatedAt: string;
  /** The beginning of the content, on one line. */
  excerpt?: string;
}

export interface Template extends TemplateSummary {
  content: string;
}

/** A piece of a text; what was looked for has `hit`. */
export interface Fragment {
  text: string;
  hit: boolean;
}

export interface TemplateHit extends TemplateSummary {
  markedName: Fragment[];
  snippet: Fragment[];
}

export interface TemplateSearch {
  items: TemplateHit[];
  matched: 'words' | 'similar' | 'names' | 'recent';
  suggestion?: string | null;
}

export interface TemplateVersion {
  version: number;
  name: string;
  chars: number;
  createdAt: string;
}

export interface ImportedTemplates {
  recognised: string;
  templates?: { id: string; name: string; chars: number }[] | null;
}

export interface ErrorBody {
  error: string;
  message: string;
  details?: Record<string, unknown>;
}

/** How many tokens a text has for a model, of which window. */
export interface TokenCount {
  tokens: number;
  /** false: an estimate. */
  exact: boolean;
  window: number | null;
  share: number | null;
  maxOutput?: number | null;
  cost: { input: number; output?: number | null; total: number } | null;
}
