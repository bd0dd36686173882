/** Where a node of the context tree may go: by drag and drop, and by keys. */
import type { ContextNode, Key, ProjectTree } from './tree';
import { findNode, pathTo, siblingsOf } from './tree';

/** A place among the children of a node (or among the blocks), behind one of them. */
export interface Place {
  parent: Key | null;
  after: Key | null;
}

/** The part of a row that something is held over. */
export type Zone = 'before' | 'into' | 'after';

/** The zones of a row that accept a node, from top to bottom. */
export function zonesOf(tree: ProjectTree, moving: Key, target: Key): Zone[] {
  const zones: Zone[] = ['before', 'into', 'after'];
  return zones.filter(zone => placeAt(tree, moving, target, zone) !== null);
}

/** Where a node goes that is dropped there; null where it cannot, or would stay where it is. */
export function placeAt(tree: ProjectTree, moving: Key, target: Key, zone: Zone): Place | null {
  const node = findNode(tree, moving);
  const path = pathTo(tree.blocks, target);
  const row = path.at(-1);
  if (!node || !row || path.some(above => above.key === moving)) {
    return null;
  }
  if (zone === 'into') {
    return row.level === 'block' || row.level === 'item'
      ? checked(tree, node, { parent: row.key, after: row.children.at(-1)?.key ?? null })
      : null;
  }
  const siblings = siblingsOf(tree, target);
  const at = siblings.findIndex(one => one.key === target);
  const after = zone === 'after' ? target : (siblings[at - 1]?.key ?? null);
  return checked(tree, node, { parent: path.at(-2)?.key ?? null, after });
}

/** One place up or down; at the end of its parent on into the next one. */
export function placeBeside(tree: ProjectTree, key: Key, direction: -1 | 1): Place | null {
  const path = pathTo(tree.blocks, key);
  const node = path.at(-1);
  const parent = path.at(-2) ?? null;
  if (!node) {
    return null;
  }
  const siblings = siblingsOf(tree, key);
  const to = siblings.findIndex(one => one.key === key) + direction;
  if (to >= 0 && to < siblings.length) {
    const after = siblings[direction > 0 ? to : to - 1]?.key ?? null;
    return { parent: parent?.key ?? null, after };
  }
  const uncles = parent ? siblingsOf(tree, parent.key) : [];
  const next = uncles[uncles.findIndex(one => one === parent) + direction];
  return next
    ? checked(tree, node, {
        parent: next.key,
        after: direction > 0 ? null : (next.children.at(-1)?.key ?? null)
      })
    : null;
}

/** An item becomes the last sub-item of the item before it. */
export function placeInside(tree: ProjectTree, key: Key): Place | null {
  const siblings = siblingsOf(tree, key);
  const before = siblings[siblings.findIndex(one => one.key === key) - 1];
  return before?.level === 'item' ? placeAt(tree, key, before.key, 'into') : null;
}

/** A sub-item becomes an item behind the one it was in. */
export function placeOutside(tree: ProjectTree, key: Key): Place | null {
  const path = pathTo(tree.blocks, key);
  const [block, item, sub] = path;
  return block && item && sub ? { parent: block.key, after: item.key } : null;
}

function checked(tree: ProjectTree, node: ContextNode, place: Place): Place | null {
  const parent = findNode(tree, place.parent);
  const fits =
    node.level === 'block'
      ? parent === null
      : parent?.level === 'block' || (parent?.level === 'item' && node.children.length === 0);
  const siblings = siblingsOf(tree, node.key);
  const before = siblings[siblings.findIndex(one => one.key === node.key) - 1]?.key ?? null;
  const stays =
    siblings === (parent?.children ?? tree.blocks) &&
    (place.after === before || place.after === node.key);
  return fits && !stays ? place : null;
}
