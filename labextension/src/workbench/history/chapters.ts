/** Versions as people tell of them: an hour of typing in one text is one thing, not a hundred. */
import type { HistoryChange, HistoryEntry } from '../../api/types';

export interface Chapter {
  /** The versions it stands for. */
  from: number;
  to: number;
  at: string;
  author: string | null;
  changes: HistoryChange[];
  /** Changes that are not told. */
  more: number;
}

/** Typing goes on with the same chapter while it does not rest longer than this. */
const REST = 10 * 60_000;
const MOST_CHANGES = 4;

/** Put together versions, given the newest first. */
export function chaptersOf(entries: readonly HistoryEntry[]): Chapter[] {
  const chapters: Chapter[] = [];
  const last: { author: string; at: number; edit: HistoryChange | null }[] = [];
  for (const entry of entries) {
    const chapter = chapters.at(-1);
    const before = last.at(-1);
    const edit = onlyEdit(entry);
    const at = Date.parse(entry.at);
    if (
      chapter &&
      before?.edit &&
      edit &&
      before.author === entry.author.id &&
      before.at - at < REST &&
      edit.kind === before.edit.kind &&
      edit.title === before.edit.title
    ) {
      chapter.from = entry.version;
      const told = chapter.changes[0];
      if (told) {
        told.inserted = (told.inserted ?? 0) + (edit.inserted ?? 0);
        told.deleted = (told.deleted ?? 0) + (edit.deleted ?? 0);
      }
      before.at = at;
      continue;
    }
    const changes = entry.changes.slice(0, MOST_CHANGES).map(change => ({ ...change }));
    chapters.push({
      from: entry.version,
      to: entry.version,
      at: entry.at,
      author: entry.author.name,
      changes,
      more: entry.totalChanges - changes.length
    });
    last.push({ author: entry.author.id, at, edit });
  }
  return chapters;
}

/** The one edit of a text that a version is; null if it is anything else. */
function onlyEdit({ changes, totalChanges }: HistoryEntry): HistoryChange | null {
  const [change] = changes;
  return totalChanges === 1 && (change?.kind === 'edit' || change?.kind === 'editPrompt')
    ? change
    : null;
}
