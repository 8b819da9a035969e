import { methodRules } from '@weir/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRAMEWORKS, frameworkLabel } from '../frameworks.ts';
import * as groups from '../measures/event-types.ts';
import { CONTROLS } from './index.ts';

const DOC = join(import.meta.dirname, '../../../../../../docs/compliance.md');
const snakeCase = (name: string): string => name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();

/** The rows of docs/compliance.md that the controls are. */
const expected = FRAMEWORKS.flatMap((framework) =>
  CONTROLS[framework].map(({ id, title, measure }) => [
    frameworkLabel(framework),
    id,
    title,
    measure.measures,
    measure.types.length === 0 ? 'none' : [...new Set(measure.types)].map((type) => `\`${type}\``).join(' '),
    measure.fails,
  ]),
);

it('docs/compliance.md lists every control with what is measured, what proves it, and how it fails', () => {
  const [, table = ''] = readFileSync(DOC, 'utf8').split('<!-- controls -->');
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  expect(rows).toEqual(expected);
});

it('no framework names a control twice', () => {
  for (const framework of FRAMEWORKS) {
    const ids = CONTROLS[framework].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

it('every type of event that proves a control is one that a method leaves, or background work', () => {
  const left = [...methodRules().values()].map(({ method, rule }) => rule.eventType || snakeCase(method));
  const known = new Set([...left, ...groups.BACKGROUND]);
  const unknown = Object.values(groups)
    .flat()
    .filter((type) => !known.has(type));
  expect(unknown).toEqual([]);
});
