/** JupyterLab's own menus, for lists of actions that belong to one thing. */
import type { LabIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

export interface MenuEntry {
  label: string;
  run: () => void;
  icon?: LabIcon;
  disabled?: boolean;
  /** One of several, and the one that counts now. */
  checked?: boolean;
  /** Shown beside the label; the key itself is handled where the focus is. */
  keys?: string;
}

/** Open a menu; `null` is a separator. It removes itself when it closes. */
export function openMenu(entries: readonly (MenuEntry | null)[], x: number, y: number): void {
  menuOf(entries).open(x, y);
}

/** The entries that there are: those that do not apply are false. */
export function entriesOf(entries: readonly (MenuEntry | null | false)[]): (MenuEntry | null)[] {
  return entries.filter(entry => entry !== false);
}

class Renderer extends Menu.Renderer {
  override renderItem(data: Menu.IRenderData): ReturnType<Menu.Renderer['renderItem']> {
    const item = super.renderItem(data);
    if (data.item.type === 'separator') {
      // Lumino lets a line take the focus, and then it is no line to a screen reader.
      delete (item.attrs as { tabindex?: string }).tabindex;
    }
    return item;
  }
}

function menuOf(entries: readonly (MenuEntry | null)[]): Menu {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands, renderer: new Renderer() });
  menu.addClass('pf-Menu');
  entries.forEach((entry, k) => {
    if (!entry) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const command = `promptyflow-menu:entry-${k}`;
    commands.addCommand(command, {
      label: entry.label,
      icon: entry.icon,
      isEnabled: () => !entry.disabled,
      ...(entry.checked === undefined ? {} : { isToggled: () => entry.checked === true }),
      execute: entry.run,
      describedBy: { args: { type: 'object', properties: {} } }
    });
    menu.addItem({ command });
  });
  menu.aboutToClose.connect(closing, { menu, before: document.activeElement });
  return menu;
}

function closing(this: { menu: Menu; before: Element | null }): void {
  const { menu, before } = this;
  // The chosen command still runs while the menu closes.
  setTimeout(() => {
    menu.dispose();
    if (document.activeElement === document.body && before instanceof HTMLElement) {
      before.focus();
    }
  }, 0);
}

/** Open a menu below the button that asks for it. */
export function openMenuAt(entries: readonly (MenuEntry | null)[], button: Element): void {
  const { left, bottom } = button.getBoundingClientRect();
  openMenu(entries, left, bottom);
}
