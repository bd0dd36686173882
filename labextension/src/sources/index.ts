/** Texts that come from notebooks and files, as Python takes them: the same text, the same hash. */
export { cellText, notebookText } from './cells';
export type { CellJson, ReadOptions } from './cells';
export { cut, estimateTokens, shortened } from './budget';
export { languageOf } from './language';
export { digest, fileText, parseReference, referenceOf, sourceOf } from './origin';
export type { Reference, SourceKind } from './origin';
