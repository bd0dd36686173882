/** The layout of the tiles for the width there is, and what of it is seen. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { isAvailable, tilesOf } from '../../state/selection';
import type { ContextNode, PromptNode } from '../../state/tree';
import { indexOf } from '../../state/tree';
import { titleOf } from '../context/actions';
import { short } from '../common/numbers';
import { blockNote } from './blockNote';
import { useServices, useTree } from '../common/services';
import { Layout } from './layout';
import { spotWidths } from './measure';

/** Tiles are drawn this far beyond what is seen. */
const MARGIN = 240;
/** What is drawn changes only after so much scrolling. */
const STEP = 120;

interface Seen {
  width: number;
  height: number;
  top: number;
}

export interface TileLayout {
  layout: Layout;
  /** The first row to draw, and the one behind the last. */
  drawn: [number, number];
  /** Look again how much is seen. */
  look: () => void;
}

export function useLayout(
  area: HTMLElement | null,
  prompt: PromptNode,
  blocks: readonly ContextNode[]
): TileLayout {
  const { trans, language } = useServices();
  const tree = useTree();
  const [seen, setSeen] = useState<Seen>({ width: 0, height: 0, top: 0 });

  const look = useCallback((): void => {
    if (area && area.clientWidth > 0) {
      const style = getComputedStyle(area);
      const width =
        area.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const top = Math.floor(area.scrollTop / STEP) * STEP;
      const height = area.clientHeight;
      setSeen(old =>
        old.width === width && old.height === height && old.top === top
          ? old
          : { width, height, top }
      );
    }
  }, [area]);

  useEffect(() => {
    if (!area) {
      return;
    }
    const observer = new ResizeObserver(look);
    observer.observe(area);
    return () => observer.disconnect();
  }, [area, look]);

  const index = indexOf(tree);
  const digits = String(index.size).length;
  const widths = useMemo(
    () =>
      area &&
      spotWidths(
        {
          title: node => titleOf(node, trans),
          count: node =>
            node.level === 'block'
              ? blockNote(node, tilesOf(node).filter(isAvailable).length, language)
              : short(node.ownChars, language),
          family: node => String(node.children.length)
        },
        getComputedStyle(area),
        10 ** digits - 1
      ),
    [area, trans, language, digits]
  );
  const empty = prompt.selected.filter(key => index.get(key)?.ownChars === 0).join(' ');
  const layout = useMemo(
    () =>
      new Layout(widths ? blocks : [], seen.width, widths ?? (() => 0), new Set(empty.split(' '))),
    [blocks, seen.width, widths, empty]
  );
  const drawn = layout.rowsBetween(seen.top - MARGIN, seen.top + STEP + seen.height + MARGIN);
  return { layout, drawn, look };
}
