/** What can be done with a node of the context tree; used by the tree, the editor and commands. */
import { Notification } from '@jupyterlab/apputils';
import { UNDO_TIME } from '../../state/deletions';
import type { ProjectModel } from '../../state/project';
import type { Place } from '../../state/places';
import { placeBeside, placeInside, placeOutside } from '../../state/places';
import type { ContextNode, Key } from '../../state/tree';
import { CHILD_LEVEL, pathTo, siblingsOf } from '../../state/tree';
import { saveFile } from '../common/files';
import { openFullScreen } from '../common/fullScreen';
import type { MenuEntry } from '../common/menu';
import type { WorkbenchServices } from '../common/services';
import { refusesChanges } from '../sharing/readOnly';
import { openSplit } from '../split/open';

/** Add a block and name it; the name the server makes up stands until then. */
export function addBlock(services: WorkbenchServices, project: ProjectModel): void {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view } = services;
  const key = project.add(null);
  view.openNode(key);
  view.rename(key);
}

/** Add an item to a block, or a sub-item to an item, and open it. */
export function addChild(services: WorkbenchServices, project: ProjectModel, parent: Key): void {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view } = services;
  const key = project.add(parent);
  const { collapsed } = view.state.get();
  view.state.patch({ collapsed: collapsed.filter(one => one !== parent), typing: key });
  view.openNode(key);
}

export async function removeNode(
  services: WorkbenchServices,
  project: ProjectModel,
  key: Key
): Promise<void> {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view, trans } = services;
  const path = pathTo(project.tree.blocks, key);
  const node = path.at(-1);
  if (!node) {
    return;
  }
  const siblings = siblingsOf(project.tree, key);
  const at = siblings.findIndex(one => one.key === key);
  const neighbour = siblings[at + 1] ?? siblings[at - 1] ?? path.at(-2);
  const open = view.state.get().nodeKey;
  if (open !== null && pathTo([node], open).length > 0) {
    view.state.patch({ nodeKey: neighbour?.key ?? null });
  }
  const step = await project.remove(key);
  const message = trans.__('“%1” was deleted.', titleOf(node, trans));
  if (!step) {
    Notification.warning(message, { autoClose: UNDO_TIME });
    return;
  }
  Notification.emit(message, 'default', {
    autoClose: UNDO_TIME,
    actions: [
      {
        label: trans.__('Undo'),
        callback: () => {
          void project.history.undo(step).then(back => back !== null && view.openNode(back));
        }
      }
    ]
  });
}

/** Save a block as a file that can be imported into any project. */
async function exportBlock(
  { trans }: WorkbenchServices,
  project: ProjectModel,
  node: ContextNode
): Promise<void> {
  await project.flush();
  const document = JSON.stringify(await project.contents.document(node.key), null, 2);
  saveFile(`${titleOf(node, trans)}.json`, new Blob([document], { type: 'application/json' }));
}

export function titleOf(node: ContextNode, trans: WorkbenchServices['trans']): string {
  if (node.title !== null) {
    return node.title;
  }
  return {
    block: trans.__('New block'),
    item: trans.__('New item'),
    subItem: trans.__('New sub-item')
  }[node.level];
}

export function nodeMenu(
  services: WorkbenchServices,
  project: ProjectModel,
  node: ContextNode
): (MenuEntry | null)[] {
  const { trans, view } = services;
  const { tree } = project;
  const moving = (label: string, place: Place | null): MenuEntry => ({
    label,
    disabled: place === null,
    run: () => place && project.moveTo(node.key, place.parent, place.after)
  });
  const child = CHILD_LEVEL[node.level];
  return [
    ...(child
      ? [
          {
            label: child === 'item' ? trans.__('Add item') : trans.__('Add sub-item'),
            run: () => addChild(services, project, node.key)
          }
        ]
      : []),
    { label: trans.__('Rename'), run: () => view.rename(node.key) },
    ...(node.level === 'block'
      ? []
      : [{ label: trans.__('Split…'), run: () => openSplit(services, project, node.key) }]),
    ...(node.level === 'block'
      ? [
          {
            label: trans.__('Export block'),
            run: () => void exportBlock(services, project, node)
          }
        ]
      : [
          {
            label: trans.__('Full screen'),
            run: () => openFullScreen(services, node.key)
          }
        ]),
    null,
    moving(trans.__('Move up'), placeBeside(tree, node.key, -1)),
    moving(trans.__('Move down'), placeBeside(tree, node.key, 1)),
    ...(node.level === 'item'
      ? [moving(trans.__('Put into the item above'), placeInside(tree, node.key))]
      : []),
    ...(node.level === 'subItem'
      ? [moving(trans.__('Make an item of it'), placeOutside(tree, node.key))]
      : []),
    null,
    { label: trans.__('Delete'), run: () => void removeNode(services, project, node.key) }
  ];
}
