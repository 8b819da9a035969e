import semver from 'semver';
import { after, RELEASE, tripleKey, versionKey } from './version-key.ts';

/** Versions whose key is in [from, to), either the pre-releases among them or the releases. */
export interface Span {
  readonly prerelease: boolean;
  readonly from: string;
  readonly to: string;
}

/** A span that a grant gives until some time; undefined: for ever. */
export interface LeasedSpan extends Span {
  readonly until: Date | undefined;
}

/** Whether the text is a range in the syntax of node-semver. */
export const isRange = (range: string): boolean => semver.validRange(range) !== null;

/** Exactly the versions that node-semver says are in the range, as spans that may overlap. Throws for what is no range. */
export const spansOf = (range: string): Span[] => new semver.Range(range).set.flatMap(comparatorSpans);

/** Whether a version with this key is in one of the spans. */
export const covers = (spans: readonly Span[], key: string, prerelease: boolean): boolean =>
  spans.some((span) => span.prerelease === prerelease && span.from <= key && key < span.to);

// All comparators must hold. A pre-release is only let in by a comparator that names one of the same triple.
function comparatorSpans(comparators: readonly semver.Comparator[]): Span[] {
  let from = '';
  let to = RELEASE;
  const triples = new Set<string>();
  for (const { operator, semver: bound } of comparators.filter(isBound)) {
    const key = versionKey(bound.version);
    if (operator !== '<' && operator !== '<=') from = max(from, operator === '>' ? after(key) : key);
    if (operator !== '>' && operator !== '>=') to = min(to, operator === '<' ? key : after(key));
    if (bound.prerelease.length > 0) triples.add(tripleKey(`${bound.major}.${bound.minor}.${bound.patch}`));
  }
  const prereleases = [...triples].map((triple) => ({
    prerelease: true,
    from: max(from, triple),
    to: min(to, triple + RELEASE),
  }));
  return [{ prerelease: false, from, to }, ...prereleases].filter((span) => span.from < span.to);
}

// "*" is a comparator without a version.
const isBound = ({ semver: bound }: semver.Comparator): boolean => bound instanceof semver.SemVer;

const max = (a: string, b: string): string => (a < b ? b : a);
const min = (a: string, b: string): string => (a < b ? a : b);

/** The same versions as disjoint spans in ascending order, each with the latest time that any of the given ones allows. */
export function disjoint(spans: readonly LeasedSpan[]): LeasedSpan[] {
  return [false, true].flatMap((prerelease) => {
    const mine = spans.filter((span) => span.prerelease === prerelease);
    const bounds = [...new Set(mine.flatMap(({ from, to }) => [from, to]))].sort(ascending);
    const pieces = bounds.slice(1).flatMap((to, index) => {
      const from = bounds[index] ?? '';
      const covering = mine.filter((span) => span.from <= from && to <= span.to);
      return covering.length === 0 ? [] : [{ prerelease, from, to, until: latest(covering) }];
    });
    return joined(pieces);
  });
}

function joined(pieces: readonly LeasedSpan[]): LeasedSpan[] {
  const result: LeasedSpan[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.to === piece.from && last.until?.getTime() === piece.until?.getTime()) {
      result[result.length - 1] = { ...last, to: piece.to };
    } else result.push(piece);
  }
  return result;
}

const latest = (spans: readonly LeasedSpan[]): Date | undefined =>
  spans.some(({ until }) => until === undefined)
    ? undefined
    : new Date(Math.max(...spans.map(({ until }) => until?.getTime() ?? 0)));

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
