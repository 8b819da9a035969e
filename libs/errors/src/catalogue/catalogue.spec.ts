import { Code } from '../code.ts';
import { catalogue, catalogueParts } from './index.ts';

const reasons = Object.entries(catalogueParts).flatMap(([part, entries]) =>
  Object.entries(entries).map(([name, entry]) => ({ part, name, ...entry })),
);
const names = (some: readonly { name: string }[]): string[] => some.map(({ name }) => name);

describe('the catalogue of reasons', () => {
  it('has each reason in one part only: the last one would win everywhere', () => {
    const byName = Map.groupBy(reasons, ({ name }) => name);
    const twice = [...byName].filter(([, entries]) => entries.length > 1);

    expect(twice.map(([name, entries]) => `${name}: ${entries.map(({ part }) => part).join(', ')}`)).toEqual([]);
    expect(Object.keys(catalogue)).toHaveLength(byName.size);
  });

  it('has names in UPPER_SNAKE of at most 63 characters (google.rpc.ErrorInfo)', () => {
    expect(names(reasons.filter(({ name }) => !/^[A-Z][A-Z0-9_]{1,61}[A-Z0-9]$/.test(name)))).toEqual([]);
  });

  it('gives each a status that says what kind of failure it is', () => {
    const vague: readonly number[] = [Code.OK, Code.UNKNOWN];

    expect(names(reasons.filter(({ code }) => vague.includes(code)))).toEqual([]);
  });

  it('has messages that go on after "error: " and hints that are sentences', () => {
    const odd = reasons.filter(({ message, hint }) => /\.$/.test(message) || !/[.>:]$/.test(hint) || message === '');

    expect(names(odd)).toEqual([]);
  });

  it('has placeholders with names in snake_case only', () => {
    const odd = reasons.filter(({ message, hint }) =>
      /[{}]/.test(`${message} ${hint}`.replace(/\{[a-z][a-z0-9_]*\}/g, '')),
    );

    expect(names(odd)).toEqual([]);
  });
});
