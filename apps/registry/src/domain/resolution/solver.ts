import { knowledge } from './knowledge.ts';
import {
  LIMITS,
  ResolutionTooLarge,
  type Candidate,
  type Catalogue,
  type Edge,
  type Resolution,
  type ResolutionInput,
} from './model.ts';
import { rangeEdge, Search } from './search.ts';

/**
 * Finds one version for each component needed, so that every edge is met. The component with the fewest options is
 * decided next; on a conflict the search goes back to the last decision that has a part in it (conflict-directed
 * backjumping, Prosser 1993), so it finds a solution if there is one. Everything is tried in an order that depends on
 * nothing but the requirements as a set and the catalogue.
 */
export async function resolve(input: ResolutionInput, catalogue: Catalogue): Promise<Resolution> {
  const known = knowledge(input, catalogue);
  const search = new Search(known, input);
  const roots = await rootEdges(input, catalogue);
  search.add(roots);
  for (let attempts = 0; ; attempts += 1) {
    if (attempts > LIMITS.attempts) throw new ResolutionTooLarge('attempts');
    const pending = search.pending();
    if (pending.length === 0) return { chosen: search.chosen() };
    await known.learn(pending);
    await known.learnDetails(pending.flatMap((component) => search.options(component)[0] ?? []));
    const next = search.next();
    const choice = next.options[0];
    const problem = choice ? undefined : search.emptied(next.component);
    if (choice) {
      await known.learnDetails([choice]);
      search.decide(next.component, next.options);
    }
    const settled = await search.settle(problem, known);
    if (settled) return { conflicts: settled };
  }
}

async function rootEdges({ requirements }: ResolutionInput, catalogue: Catalogue): Promise<Edge[]> {
  const sorted = [...requirements].sort((a, b) => (a.component < b.component ? -1 : 1));
  return Promise.all(
    sorted.map(async ({ component, selector }): Promise<Edge> => {
      if (selector.$case === 'range') return rangeEdge(undefined, component, selector.value);
      const version = await catalogue.alias(component, selector.value);
      const admits = (candidate: Candidate): boolean => candidate.version === version;
      return { from: undefined, component, wanted: `aliases/${selector.value}`, admits };
    }),
  );
}
