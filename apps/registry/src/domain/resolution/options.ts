import { clearanceToJSON, Lifecycle } from '@weir/contracts/registry';
import { edgeName, type Candidate, type Conflict, type ConflictType, type Edge } from './model.ts';

/** How candidates of one component are judged. */
export interface Judge {
  /** The candidates that every edge allows, the best first. */
  options(edges: readonly Edge[]): readonly Candidate[];
  /** Whether an edge allows a candidate that another edge led to. */
  allows(edge: Edge, candidate: Candidate): boolean;
  /** Why the edges leave nothing, with as few of them as it takes. */
  explain(component: string, edges: readonly Edge[]): Conflict[];
}

/** Candidates of every component seen so far, and the versions that a lock holds. */
export interface Judged {
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  readonly isLocked: (candidate: Candidate) => boolean;
  /** Components whose locked version was published with other content. */
  readonly mismatched: ReadonlySet<string>;
  readonly now: Date;
}

/** Judges candidates by range, clearance and lifecycle. */
export function judge({ candidates, isLocked, mismatched, now }: Judged): Judge {
  const known = new WeakMap<Edge, ReadonlySet<Candidate>>();

  // SUNSET versions count only where the range admits nothing else and their date has not come; locked ones always.
  function inRange(edge: Edge): Candidate[] {
    const admitted = (candidates.get(edge.component) ?? []).filter(edge.admits);
    const current = admitted.filter(({ lifecycle }) => lifecycle < Lifecycle.SUNSET);
    const fallback = admitted.filter(
      ({ lifecycle, sunsetAt }) => lifecycle === Lifecycle.SUNSET && sunsetAt && sunsetAt > now,
    );
    return [...admitted.filter(isLocked), ...(current.length > 0 ? current : fallback)];
  }

  function allowed(edge: Edge): ReadonlySet<Candidate> {
    const before = known.get(edge);
    if (before) return before;
    const ceiling = edge.from?.clearance ?? Infinity;
    const fits = mismatched.has(edge.component) ? [] : inRange(edge).filter(({ clearance }) => clearance <= ceiling);
    const set = new Set(fits);
    known.set(edge, set);
    return set;
  }

  const intersect = (edges: readonly Edge[]): Candidate[] => {
    const [first, ...others] = edges;
    if (!first) return [];
    return [...allowed(first)].filter((candidate) => others.every((edge) => allowed(edge).has(candidate)));
  };

  const rank = (candidate: Candidate): number =>
    isLocked(candidate) ? 0 : candidate.lifecycle < Lifecycle.SUNSET ? 1 : 2;

  return {
    options: (edges) =>
      intersect(edges).sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? 1 : a.key > b.key ? -1 : 0)),
    allows: (edge, candidate) => allowed(edge).has(candidate),
    explain: (component, edges) =>
      culprits(edges, intersect).map((edge) => {
        const visible = candidates.get(component) ?? [];
        return conflictOf(edge, mismatched.has(component), visible, inRange(edge));
      }),
  };
}

/** A small set of edges that still leaves nothing: the end of the shortest prefix that does, read from both sides. */
function culprits(edges: readonly Edge[], intersect: (edges: readonly Edge[]) => Candidate[]): Edge[] {
  const shortest = (list: readonly Edge[]): Edge[] => {
    const end = list.findIndex((_, index) => intersect(list.slice(0, index + 1)).length === 0);
    return list.slice(0, end + 1);
  };
  return shortest(shortest(edges).reverse()).reverse();
}

function conflictOf(
  edge: Edge,
  mismatched: boolean,
  visible: readonly Candidate[],
  inRange: readonly Candidate[],
): Conflict {
  const say = (type: ConflictType, description: string): Conflict => ({ type, edge, description });
  if (mismatched) return say('DIGEST_MISMATCH', 'the lock holds another digest than the version was published with');
  if (visible.length === 0) return say('NOT_VISIBLE', 'no such component, or no grant for it');
  if (inRange.length === 0) {
    const best = visible.reduce((a, b) => (a.key < b.key ? b : a));
    return say('NO_MATCHING_VERSION', `no visible version matches; the highest visible one is ${best.version}`);
  }
  const { from } = edge;
  if (from && inRange.every(({ clearance }) => clearance > from.clearance)) {
    const lowest = Math.min(...inRange.map(({ clearance }) => clearance));
    const words = [lowest, from.clearance].map((level) => clearanceToJSON(level as Candidate['clearance']).slice(10));
    return say('CLEARANCE_EXCEEDED', `needs clearance ${words[0]}, its dependant has ${words[1]}`);
  }
  return say('NO_MATCHING_VERSION', 'no version matches this edge and the others named here');
}

/** The edges of a cycle, each as a conflict. */
export const cycleConflicts = (edges: readonly Edge[]): Conflict[] =>
  edges.map((edge) => ({
    type: 'CYCLE',
    edge,
    description: `part of the cycle ${edges.map(edgeName).join(', ')}`.slice(0, 500),
  }));
