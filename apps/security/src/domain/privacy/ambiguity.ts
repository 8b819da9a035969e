import { RegExpParser, type AST } from '@eslint-community/regexpp';
import type { CharSet } from 'refa';
import { toUnicodeSet } from 'regexp-ast-analysis';
import { stronglyConnected } from './strongly-connected.ts';

/** A character of a pattern: what it matches, and which characters may come after it. */
interface Position {
  readonly set: CharSet;
  /** By position, and in how many ways it comes next. */
  readonly follow: Map<number, number>;
}

/** A part of a pattern, as its position automaton sees it (Glushkov 1961). */
interface Fragment {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const MAX_POSITIONS = 1_500;
const MAX_STEPS = 500_000;
const FLAGS = { unicode: true, unicodeSets: false, ignoreCase: false, dotAll: false } as const;

/**
 * Whether a backtracking engine can need exponential time for a pattern: some text leads from a place in it to the same
 * place in two ways (exponential ambiguity; Weber and Seidl 1991). Patterns too large to tell count as such; those that
 * the parser does not know count as not.
 */
export function isCatastrophic(source: string): boolean {
  const pattern = parse(source);
  if (!pattern) return false;
  const automaton = positionsOf(pattern);
  return automaton === undefined || isAmbiguous(automaton);
}

/** RE2 writes some things differently; none of them changes where a pattern branches. */
function parse(source: string): AST.Pattern | undefined {
  const text = source
    .replace(/^\(\?[imsU]+\)/, '')
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\\p([A-Z])/g, '\\p{$1}')
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$');
  try {
    return new RegExpParser({ ecmaVersion: 2024 }).parsePattern(text, 0, text.length, FLAGS);
  } catch {
    return undefined;
  }
}

function positionsOf(pattern: AST.Pattern): Position[] | undefined {
  const positions: Position[] = [];
  try {
    build(pattern, positions);
    return positions;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class TooLarge extends Error {}

const EMPTY: Fragment = { nullable: true, first: [], last: [] };

function build(node: AST.Node, positions: Position[]): Fragment {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.map((one) => build(one, positions)).reduce(either);
    case 'Alternative':
      return node.elements.reduce<Fragment>((left, one) => then(left, build(one, positions), positions), EMPTY);
    case 'Quantifier':
      return repeat(node, positions);
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return character(node, positions);
    default:
      return EMPTY;
  }
}

function character(node: AST.Character | AST.CharacterSet | AST.CharacterClass, positions: Position[]): Fragment {
  if (positions.length >= MAX_POSITIONS) throw new TooLarge();
  const at = positions.push({ set: toUnicodeSet(node, FLAGS).chars, follow: new Map() }) - 1;
  return { nullable: false, first: [at], last: [at] };
}

const either = (a: Fragment, b: Fragment): Fragment => ({
  nullable: a.nullable || b.nullable,
  first: [...a.first, ...b.first],
  last: [...a.last, ...b.last],
});

function then(a: Fragment, b: Fragment, positions: Position[]): Fragment {
  link(a.last, b.first, positions);
  return {
    nullable: a.nullable && b.nullable,
    first: a.nullable ? [...a.first, ...b.first] : a.first,
    last: b.nullable ? [...a.last, ...b.last] : b.last,
  };
}

function link(from: readonly number[], to: readonly number[], positions: Position[]): void {
  for (const one of from) {
    const follow = positions[one]?.follow;
    for (const other of to) follow?.set(other, (follow.get(other) ?? 0) + 1);
  }
}

/** x{2,4} as xxx?x?, x{2,} as xx+. */
function repeat({ element, min, max }: AST.Quantifier, positions: Position[]): Fragment {
  let all = EMPTY;
  const isOpen = max === Infinity;
  const copies = isOpen ? Math.max(min, 1) : max;
  for (let copy = 1; copy <= copies; copy += 1) {
    const one = build(element, positions);
    if (isOpen && copy === copies) link(one.last, one.first, positions);
    all = then(all, copy > min ? { ...one, nullable: true } : one, positions);
  }
  return all;
}

/** Looks for a way from a place back to itself that can be gone in two ways with the same text. */
function isAmbiguous(positions: readonly Position[]): boolean {
  const loops = stronglyConnected(positions.keys(), (at) => [...(positions[at]?.follow.keys() ?? [])], MAX_STEPS);
  const overlaps = overlapTable(positions);
  return loops?.some((loop) => hasTwoWays(positions, new Set(loop), overlaps)) ?? true;
}

type Overlaps = (a: number, b: number) => boolean;

function hasTwoWays(positions: readonly Position[], loop: ReadonlySet<number>, overlaps: Overlaps): boolean {
  const size = positions.length;
  const next = new Map<number, number[]>();
  for (const at of loop) {
    const inside = [...(positions[at]?.follow ?? [])].filter(([other]) => loop.has(other));
    if (inside.some(([, ways]) => ways > 1)) return true;
    next.set(
      at,
      inside.map(([other]) => other),
    );
  }
  // Two places at once, as one number; they move together while one text can lead both on.
  const successors = (pair: number): number[] =>
    (next.get(Math.floor(pair / size)) ?? []).flatMap((left) =>
      (next.get(pair % size) ?? []).filter((right) => overlaps(left, right)).map((right) => left * size + right),
    );
  const together = [...loop].map((at) => at * size + at);
  const isTogether = (pair: number): boolean => Math.floor(pair / size) === pair % size;
  const cycles = stronglyConnected(together.values(), successors, MAX_STEPS);
  return cycles?.some((pairs) => pairs.some(isTogether) && !pairs.every(isTogether)) ?? true;
}

function overlapTable(positions: readonly Position[]): Overlaps {
  const known = new Map<number, boolean>();
  return (a, b) => {
    if (a === b) return true;
    const key = Math.min(a, b) * positions.length + Math.max(a, b);
    const before = known.get(key);
    if (before !== undefined) return before;
    const [one, other] = [positions[a]?.set, positions[b]?.set];
    const found = one !== undefined && other !== undefined && !one.isDisjointWith(other);
    known.set(key, found);
    return found;
  };
}
