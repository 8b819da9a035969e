import fc from 'fast-check';
import semver from 'semver';
import { covers, disjoint, spansOf } from './version-spans.ts';
import { isPrerelease, versionKey } from './version-key.ts';

const number = fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.constantFrom(9, 10, 99, 100) });
const triple = fc.tuple(number, number, number).map((parts) => parts.join('.'));
const identifier = fc.oneof(number.map(String), fc.constantFrom('a', 'alpha', 'alpha-1', 'beta', 'rc', 'A', '-', 'a0'));
const prerelease = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((ids) => `-${ids.join('.')}`);
const version = fc
  .tuple(triple, fc.option(prerelease, { nil: '' }), fc.constantFrom('', '+build.1'))
  .map((parts) => parts.join(''));
const bound = fc.tuple(triple, fc.option(prerelease, { nil: '' })).map((parts) => parts.join(''));
const partial = fc.oneof(
  number.map(String),
  fc.tuple(number, number).map((parts) => parts.join('.')),
  bound,
);
const simple = fc
  .tuple(fc.constantFrom('', '=', '>', '>=', '<', '<=', '^', '~'), partial)
  .map(([operator, text]) => operator + text);
const hyphen = fc.tuple(partial, partial).map(([from, to]) => `${from} - ${to}`);
const alternative = fc.oneof(
  fc.array(simple, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
  hyphen,
  fc.constantFrom('*', '', 'x', '1.x'),
);
const range = fc
  .array(alternative, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(' || '))
  .filter((text) => semver.validRange(text) !== null);

describe('a version key', () => {
  it('sorts as SemVer precedence does', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [left, right] = [versionKey(a), versionKey(b)];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(semver.compare(a, b));
      }),
      { numRuns: 5_000 },
    );
  });

  it('follows the example of the specification', () => {
    const ordered = '1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0';
    const versions = ordered.split(' ');
    expect([...versions].reverse().sort((a, b) => (versionKey(a) < versionKey(b) ? -1 : 1))).toEqual(versions);
  });

  it('orders numbers of any length', () => {
    expect(versionKey('9.0.0') < versionKey('10.0.0')).toBe(true);
    expect(versionKey(`${'9'.repeat(40)}.0.0`) < versionKey(`1${'0'.repeat(40)}.0.0`)).toBe(true);
  });
});

describe('the spans of a range', () => {
  it('hold exactly the versions that node-semver lets in', () => {
    fc.assert(
      fc.property(range, version, (text, candidate) => {
        const inside = covers(spansOf(text), versionKey(candidate), isPrerelease(candidate));
        expect(inside).toBe(semver.satisfies(candidate, text));
      }),
      { numRuns: 10_000 },
    );
  });

  it('made disjoint hold the same versions, each in one span, until the latest time', () => {
    const leased = fc.tuple(range, fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(leased, { maxLength: 4 }), version, (grants, candidate) => {
        const spans = grants.flatMap(([text, until]) =>
          spansOf(text).map((span) => ({ ...span, until: until === undefined ? until : new Date(until) })),
        );
        const pick = <S extends (typeof spans)[number]>(list: readonly S[]) =>
          list.filter((span) => covers([span], versionKey(candidate), isPrerelease(candidate)));
        const [before, now] = [pick(spans), pick(disjoint(spans))];
        expect(now).toHaveLength(before.length > 0 ? 1 : 0);
        const times = before.map(({ until }) => until?.getTime() ?? Infinity);
        if (now[0]) expect(now[0].until?.getTime() ?? Infinity).toBe(Math.max(...times));
      }),
      { numRuns: 5_000 },
    );
  });
});
