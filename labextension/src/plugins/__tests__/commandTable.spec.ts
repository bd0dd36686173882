import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preferencesIn, USUAL } from '../../state/preferences';
import { CommandIDs } from '../commandIds';
import type { Command } from '../commandTable';
import { COMMANDS, NOT_LOADED } from '../commandTable';

interface Named {
  command?: string;
  items?: Named[];
  keys?: string[];
  selector?: string;
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../schema/plugin.json'), 'utf8')
) as {
  'jupyter.lab.menus': Record<string, Named[]>;
  'jupyter.lab.shortcuts': Named[];
  properties: Record<string, { default: unknown }>;
};
const known = new Set<string>([
  ...Object.values(CommandIDs),
  ...Object.keys(COMMANDS).map(name => `promptyflow:${name}`)
]);

function commandsIn(entries: readonly Named[]): string[] {
  return entries.flatMap(({ command, items = [] }) => [
    ...(command === undefined ? [] : [command]),
    ...commandsIn(items)
  ]);
}

function enabled(now: Partial<typeof NOT_LOADED>): string[] {
  const situation = { ...NOTHING, ...now };
  const all: [string, Command][] = Object.entries(COMMANDS);
  return all.filter(([, command]) => command.enabled(situation)).map(([name]) => name);
}

const NOTHING = Object.fromEntries(
  Object.keys(NOT_LOADED).map(name => [name, false])
) as unknown as typeof NOT_LOADED;

describe('the commands', () => {
  it('are the ones that menus and shortcuts name', () => {
    const named = [
      ...commandsIn(Object.values(schema['jupyter.lab.menus']).flat()),
      ...commandsIn(schema['jupyter.lab.shortcuts'])
    ];
    expect(named.filter(name => !known.has(name))).toEqual([]);
  });

  it('have keys that no other one has at the same place', () => {
    const keys = schema['jupyter.lab.shortcuts'].map(
      ({ keys, selector }) => `${String(keys)} ${String(selector)}`
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('know when they can do something', () => {
    expect(enabled({})).toEqual([
      'new-project',
      'projects',
      'import',
      'library',
      'settings',
      'help',
      'tour'
    ]);
    expect(enabled({ project: true })).not.toContain('new-block');
    expect(enabled({ project: true, editable: true })).not.toContain('undo');
    const reader = enabled({ project: true, prompt: true, selected: true, text: true });
    expect(reader).toEqual(expect.arrayContaining(['send', 'copy-prompt', 'copy-context', 'find']));
    expect(reader).not.toEqual(expect.arrayContaining(['select-none']));
    const running = enabled({ project: true, editable: true, prompt: true, running: true });
    expect(running).toContain('stop');
    expect(running).not.toContain('send');
  });
});

describe('the settings', () => {
  it('are as usual where nothing was set', () => {
    const { properties } = schema;
    const defaults = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, property.default])
    );
    expect(preferencesIn(defaults)).toEqual(USUAL);
    expect(preferencesIn({})).toEqual(USUAL);
    expect(preferencesIn({ language: 'ru', refreshSources: 'never', confirmAbove: 0 })).toEqual({
      ...USUAL,
      language: 'ru',
      refreshSources: 'never',
      confirmAbove: 0
    });
  });
});
