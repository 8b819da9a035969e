import { isPrerelease } from '../version-key.ts';
import { covers, spansOf } from '../version-spans.ts';
import type { Knowledge } from './knowledge.ts';
import {
  LIMITS,
  ResolutionTooLarge,
  type Candidate,
  type Chosen,
  type Conflict,
  type Edge,
  type ResolutionInput,
} from './model.ts';
import { cycleConflicts, judge } from './options.ts';

/** A choice that can be taken back. */
interface Decision {
  readonly component: string;
  readonly options: readonly Candidate[];
  at: number;
  edges: readonly Edge[];
  /** Components whose decisions ruled options out, and why. */
  readonly blamed: Set<string>;
  readonly conflicts: Conflict[];
}

/** Something that cannot be: the components whose decisions led to it, and the edges that say so. */
interface Problem {
  readonly blamed: readonly string[];
  readonly conflicts: readonly Conflict[];
}

/** The decisions of a resolution so far, and how they are taken back. */
export class Search {
  readonly #known: Knowledge;
  readonly #judge: ReturnType<typeof judge>;
  readonly #decisions: Decision[] = [];
  readonly #decided = new Map<string, Decision>();
  readonly #incoming = new Map<string, Edge[]>();
  readonly #options = new Map<string, readonly Candidate[]>();

  constructor(known: Knowledge, { now }: ResolutionInput) {
    this.#known = known;
    this.#judge = judge({ candidates: known.candidates, isLocked: known.isLocked, mismatched: known.mismatched, now });
  }

  add(edges: readonly Edge[]): void {
    for (const edge of edges) {
      const others = this.#incoming.get(edge.component) ?? [];
      this.#incoming.set(edge.component, [...others, edge]);
      this.#options.delete(edge.component);
    }
    if (this.#incoming.size > LIMITS.components) throw new ResolutionTooLarge('components');
  }

  #remove(edges: readonly Edge[]): void {
    const gone = new Set(edges);
    for (const component of new Set(edges.map((edge) => edge.component))) {
      const left = (this.#incoming.get(component) ?? []).filter((edge) => !gone.has(edge));
      if (left.length > 0) this.#incoming.set(component, left);
      else this.#incoming.delete(component);
      this.#options.delete(component);
    }
  }

  pending(): string[] {
    return [...this.#incoming.keys()].filter((component) => !this.#decided.has(component));
  }

  options(component: string): readonly Candidate[] {
    const before = this.#options.get(component);
    if (before) return before;
    const options = this.#judge.options(this.#incoming.get(component) ?? []);
    this.#options.set(component, options);
    return options;
  }

  /** The undecided component with the fewest options, by id where several have as few. */
  next(): { component: string; options: readonly Candidate[] } {
    const [first = '', ...others] = this.pending();
    const component = others.reduce((best, other) => {
      const difference = this.options(other).length - this.options(best).length;
      return difference < 0 || (difference === 0 && other < best) ? other : best;
    }, first);
    return { component, options: this.options(component) };
  }

  decide(component: string, options: readonly Candidate[]): void {
    const decision: Decision = { component, options, at: 0, edges: [], blamed: new Set(), conflicts: [] };
    this.#decisions.push(decision);
    this.#decided.set(component, decision);
    this.#spread(decision);
  }

  #spread(decision: Decision): void {
    const candidate = decision.options[decision.at];
    const dependencies = candidate ? this.#known.details(candidate).dependencies : [];
    decision.edges = dependencies
      .map(({ component, range }) => rangeEdge(candidate, component, range))
      .sort((a, b) => (a.component < b.component ? -1 : 1));
    this.add(decision.edges);
  }

  /** The problem of a component that its edges leave no version for. */
  emptied(component: string): Problem {
    const conflicts = this.#judge.explain(component, this.#incoming.get(component) ?? []);
    return { blamed: sources(conflicts.map(({ edge }) => edge)), conflicts };
  }

  /** Takes decisions back and tries others until nothing is wrong; the conflicts when nothing is left to try. */
  async settle(problem: Problem | undefined, known: Knowledge): Promise<readonly Conflict[] | undefined> {
    for (let current = problem ?? this.#check(); current; current = this.#check()) {
      const decision = this.#backTo(current);
      if (!decision) return unique(current.conflicts);
      const candidate = decision.options[decision.at];
      if (candidate) await known.learnDetails([candidate]);
      this.#spread(decision);
    }
    return undefined;
  }

  /** What is wrong with the latest decision, if anything: a dependency decided otherwise, or a cycle. */
  #check(): Problem | undefined {
    const decision = this.#decisions.at(-1);
    for (const edge of decision?.edges ?? []) {
      const target = this.#decided.get(edge.component);
      const chosen = target?.options[target.at];
      if (!decision || !target || !chosen) continue;
      if (!this.#judge.allows(edge, chosen)) return this.#disagreement(decision, target, edge);
      const cycle = this.#pathBack(edge, decision.component);
      if (cycle) return { blamed: sources(cycle), conflicts: cycleConflicts(cycle) };
    }
    return undefined;
  }

  #disagreement(decision: Decision, target: Decision, edge: Edge): Problem {
    const edges = this.#incoming.get(target.component) ?? [];
    const conflicts = this.#judge.explain(target.component, edges);
    const blamed = new Set([decision.component, target.component, ...sources(conflicts.map((found) => found.edge))]);
    const description = `${target.options[target.at]?.version ?? ''} was chosen for the others`;
    const type = 'NO_MATCHING_VERSION' as const;
    return { blamed: [...blamed], conflicts: conflicts.length > 0 ? conflicts : [{ type, edge, description }] };
  }

  /** The edges from where `edge` leads back to `component`, with `edge` first. */
  #pathBack(edge: Edge, component: string): Edge[] | undefined {
    const cameBy = new Map<string, Edge>([[edge.component, edge]]);
    const queue = [edge.component];
    for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
      if (current === component) return pathTo(component, cameBy, edge);
      for (const next of this.#decided.get(current)?.edges ?? []) {
        if (cameBy.has(next.component)) continue;
        cameBy.set(next.component, next);
        queue.push(next.component);
      }
    }
    return undefined;
  }

  /** Goes back to the latest decision that has a part in the problem and has another option; undefined: to none. */
  #backTo(problem: Problem): Decision | undefined {
    let { blamed, conflicts } = problem;
    for (;;) {
      const index = this.#decisions.findLastIndex(({ component }) => blamed.includes(component));
      for (const undone of this.#decisions.splice(index + 1)) this.#undo(undone);
      const decision = this.#decisions[index];
      if (!decision) return undefined;
      this.#remove(decision.edges);
      for (const component of blamed) if (component !== decision.component) decision.blamed.add(component);
      decision.conflicts.push(...conflicts);
      decision.at += 1;
      if (decision.at < decision.options.length) return decision;
      // Nothing left here: whoever narrowed the options and whoever ruled them out are to blame together.
      blamed = [...new Set([...decision.blamed, ...sources(this.#incoming.get(decision.component) ?? [])])];
      conflicts = decision.conflicts;
      problem = { blamed, conflicts };
      this.#decisions.pop();
      this.#decided.delete(decision.component);
      if (blamed.length === 0) return undefined;
    }
  }

  #undo(decision: Decision): void {
    this.#remove(decision.edges);
    this.#decided.delete(decision.component);
  }

  chosen(): ReadonlyMap<string, Chosen> {
    const entries = [...this.#decided.values()].flatMap(({ component, options, at }) => {
      const candidate = options[at];
      return candidate ? [[component, { candidate, details: this.#known.details(candidate) }] as const] : [];
    });
    return new Map(entries);
  }
}

/** The edge of a range of versions. */
export function rangeEdge(from: Candidate | undefined, component: string, range: string): Edge {
  const spans = spansOf(range);
  const admits = ({ key, version }: Candidate): boolean => covers(spans, key, isPrerelease(version));
  return { from, component, wanted: range, admits };
}

const sources = (edges: readonly Edge[]): string[] => [
  ...new Set(edges.flatMap(({ from }) => (from ? [from.component] : []))),
];

function pathTo(component: string, cameBy: ReadonlyMap<string, Edge>, first: Edge): Edge[] {
  const path: Edge[] = [];
  for (let edge = cameBy.get(component); edge; edge = edge.from && cameBy.get(edge.from.component)) {
    path.unshift(edge);
    if (edge === first) break;
  }
  return path;
}

function unique(conflicts: readonly Conflict[]): Conflict[] {
  const byEdge = new Map(
    conflicts.map((conflict) => [
      `${conflict.type} ${conflict.edge.from?.component} ${conflict.edge.from?.version} ${conflict.edge.component} ${conflict.edge.wanted}`,
      conflict,
    ]),
  );
  return [...byEdge.keys()].sort().flatMap((key) => byEdge.get(key) ?? []);
}
