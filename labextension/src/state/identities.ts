/** Which key of the browser belongs to which ids of the server, in one project. */
import type { NodeIds } from '../api/types';
import type { Key } from './tree';

export type Identity = NodeIds | { promptBlockId: number };

export function canonicalKey(ids: NodeIds): Key {
  const item = ids.itemId ? `.i${ids.itemId}` : '';
  const sub = ids.subItemId ? `.s${ids.subItemId}` : '';
  return `b${ids.blockId}${item}${sub}`;
}

/** A key for something that the server does not know yet. */
export function newKey(): Key {
  return `new-${uuid()}`;
}

/** A random UUID; also where `crypto.randomUUID` is missing (pages without TLS). */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [0, 8, 12, 16, 20].map((at, k, cuts) => hex.slice(at, cuts[k + 1])).join('-');
}

/**
 * Nodes that came from the server have keys made of their ids; nodes made here keep the key
 * they were born with, so that nothing on the screen changes when the server answers.
 */
export class Identities {
  private readonly byKey = new Map<Key, Identity>();
  private readonly byIds = new Map<Key, Key>();

  constructor(known: Iterable<readonly [Key, Identity]> = []) {
    for (const [key, ids] of known) {
      this.assign(key, ids);
    }
  }

  assign(key: Key, ids: Identity): void {
    this.byKey.set(key, ids);
    this.byIds.set('promptBlockId' in ids ? `p${ids.promptBlockId}` : canonicalKey(ids), key);
  }

  keyOf(ids: NodeIds): Key {
    const key = canonicalKey(ids);
    return this.byIds.get(key) ?? key;
  }

  promptKeyOf(id: number): Key {
    return this.byIds.get(`p${id}`) ?? `p${id}`;
  }

  /** The ids of a context node, or null while the server has given none. */
  idsOf(key: Key): NodeIds | null {
    const given = this.byKey.get(key);
    if (given) {
      return 'promptBlockId' in given ? null : given;
    }
    const parts = /^b(\d+)(?:\.i(\d+))?(?:\.s(\d+))?$/.exec(key);
    return parts
      ? {
          blockId: Number(parts[1]),
          ...(parts[2] ? { itemId: Number(parts[2]) } : {}),
          ...(parts[3] ? { subItemId: Number(parts[3]) } : {})
        }
      : null;
  }

  promptIdOf(key: Key): number | null {
    const given = this.byKey.get(key);
    if (given) {
      return 'promptBlockId' in given ? given.promptBlockId : null;
    }
    const parts = /^p(\d+)$/.exec(key);
    return parts ? Number(parts[1]) : null;
  }

  /** A node has another address; those of `keys` that stand in it go with it. */
  move(from: NodeIds, to: NodeIds, keys: Iterable<Key>): void {
    const below = [...new Set([...keys, ...this.byKey.keys()])].flatMap(key => {
      const ids = this.idsOf(key);
      const inside = ids?.blockId === from.blockId && ids.itemId === from.itemId && ids.subItemId;
      return inside && !from.subItemId ? [[key, { ...to, subItemId: inside }] as const] : [];
    });
    this.assign(this.keyOf(from), to);
    below.forEach(([key, ids]) => this.assign(key, ids));
  }

  entries(): [Key, Identity][] {
    return [...this.byKey];
  }
}
