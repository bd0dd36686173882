/**
 * Whether our names for what travels agree with the server's own OpenAPI document.
 *
 * Nothing runs here: the compiler says which of the names drifted apart. `schema.ts` is generated
 * from the server by `make check`, and is not kept.
 */
import type * as ours from '../types';
import type { components } from './schema';

type Theirs = components['schemas'];

/** What the server answers must be what we read. */
interface Answers {
  ApiKey: ours.ApiKey;
  BudgetRow: ours.Budget;
  CompiledPrompt: ours.CompiledPrompt;
  ConnectionTest: ours.ConnectionTest;
  ContextChanged: ours.ContextChanged;
  ContextStats: ours.ContextStats;
  ErrorReply: ours.ErrorBody;
  ModelConfig: ours.ModelConfig;
  HistoryEntry: ours.HistoryEntry;
  Imported: ours.Imported;
  ModelRow: ours.ModelInfo;
  NodeContent: ours.NodeContent;
  ProjectOut: ours.Project;
  ProjectPage: ours.Page<ours.ProjectSummary>;
  ProjectSearch: ours.ProjectSearch;
  PromptsChanged: ours.PromptsChanged;
  ProviderRow: ours.Provider;
  RunDetail: ours.RunDetail;
  RunRow: ours.Run;
  SavedApiKey: ours.SavedApiKey;
  SplitApplied: ours.SplitApplied;
  SplitPreview: ours.SplitPreview;
  TemplateOut: ours.Template;
  TemplatePage: ours.Page<ours.TemplateSummary>;
  TemplateSearch: ours.TemplateSearch;
  TemplateVersionOut: ours.TemplateVersion & { content: string };
  TemplateVersionPage: ours.Page<ours.TemplateVersion>;
  TokenCount: ours.TokenCount;
  TokensOfNodes: { nodes: ours.NamedTokens[] };
  UserProfile: ours.User;
}

/** What we send must be what the server reads. */
interface Requests {
  CreateConfig: Omit<ours.ModelConfig, 'id'>;
  CreateTemplate: { name: string; content: string };
  Send: ours.SendRequest;
  SourceIn: ours.Source;
  SplitNode: ours.SplitOptions & ours.SplitTarget & { blockId: number; itemId: number };
}

type Misread = {
  [Name in keyof Answers]: Theirs[Name] extends Answers[Name] ? never : Name;
}[keyof Answers];
type Missent = {
  [Name in keyof Requests]: Requests[Name] extends Theirs[Name] ? never : Name;
}[keyof Requests];

// A name that drifted apart stands in the compiler's message.
type None<Names extends never> = Names;
export type NothingMisread = None<Misread>;
export type NothingMissent = None<Missent>;
