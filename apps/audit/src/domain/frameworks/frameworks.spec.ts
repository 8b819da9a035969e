import { methodRules } from '@weir/contracts';
import * as groups from './event-types.ts';
import { frameworks } from './index.ts';

const snakeCase = (name: string): string => name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();

it('every type of event that a report counts is one that a method leaves, or background work', () => {
  const left = [...methodRules().values()].map(({ method, rule }) => rule.eventType || snakeCase(method));
  const known = new Set([...left, ...groups.BACKGROUND]);
  const unknown = Object.values(groups)
    .flat()
    .filter((type) => !known.has(type));
  expect(unknown).toEqual([]);
});

it('no framework names a control twice', () => {
  for (const controls of frameworks.values()) {
    const names = controls.map(({ control }) => control);
    expect(new Set(names).size).toBe(names.length);
  }
});
