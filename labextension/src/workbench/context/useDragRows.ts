/** Dragging rows of the context tree to another place, within one list and between two. */
import { useState } from 'react';
import type { ProjectModel } from '../../state/project';
import type { Zone } from '../../state/places';
import { placeAt, zonesOf } from '../../state/places';
import type { Key } from '../../state/tree';
import { useServices } from '../common/services';

const TYPE = 'application/x-promptyflow-node';

export interface DropMark {
  key: Key;
  zone: Zone;
}

export interface DragRows {
  /** Where what is dragged would go. */
  mark: DropMark | null;
  handlers: (key: Key) => React.HTMLAttributes<HTMLElement>;
}

export function useDragRows(project: ProjectModel): DragRows {
  const { view } = useServices();
  const [mark, setMark] = useState<DropMark | null>(null);

  const zoneAt = (event: React.DragEvent, moving: Key, key: Key): Zone | null => {
    const zones = zonesOf(project.tree, moving, key);
    const { top, height } = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientY - top) / height) * zones.length);
    return zones[Math.max(0, Math.min(zones.length - 1, at))] ?? null;
  };
  const handlers = (key: Key): React.HTMLAttributes<HTMLElement> => ({
    draggable: true,
    onDragStart: event => {
      event.stopPropagation();
      event.dataTransfer.setData(TYPE, key);
      event.dataTransfer.effectAllowed = 'move';
      view.dragged = key;
    },
    onDragEnd: () => {
      view.dragged = null;
      setMark(null);
    },
    onDragOver: event => {
      const moving = view.dragged;
      const zone = moving === null ? null : zoneAt(event, moving, key);
      if (zone !== null) {
        event.preventDefault();
        event.stopPropagation();
        event.dataTransfer.dropEffect = 'move';
      }
      if (mark?.key !== key || mark.zone !== zone) {
        setMark(zone === null ? null : { key, zone });
      }
    },
    onDragLeave: event => {
      const to = event.relatedTarget;
      if (!(to instanceof Node) || !event.currentTarget.contains(to)) {
        setMark(old => (old?.key === key ? null : old));
      }
    },
    onDrop: event => {
      const moving = view.dragged;
      const zone = moving === null ? null : zoneAt(event, moving, key);
      const place =
        moving !== null && zone !== null ? placeAt(project.tree, moving, key, zone) : null;
      setMark(null);
      if (moving !== null && place) {
        event.preventDefault();
        event.stopPropagation();
        project.moveTo(moving, place.parent, place.after);
      }
    }
  });
  return { mark, handlers };
}
