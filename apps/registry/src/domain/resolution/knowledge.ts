import { LIMITS, type Candidate, type CandidateDetails, type Catalogue, type ResolutionInput } from './model.ts';

/** What a resolution has read of the catalogue so far. */
export interface Knowledge {
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  readonly isLocked: (candidate: Candidate) => boolean;
  /** Components whose locked version was published with another digest than the lock says. */
  readonly mismatched: ReadonlySet<string>;
  /** Reads the candidates of components that are new, and of what those that are likely to be chosen need in turn. */
  learn(components: readonly string[]): Promise<void>;
  /** Reads the details of candidates that are new. */
  learnDetails(candidates: readonly Candidate[]): Promise<void>;
  /** The details of a candidate that `learnDetails` has read. */
  details(candidate: Candidate): CandidateDetails;
}

interface Memory {
  readonly locked: ResolutionInput['locked'];
  readonly catalogue: Catalogue;
  readonly candidates: Map<string, readonly Candidate[]>;
  readonly details: Map<Candidate, CandidateDetails>;
  readonly mismatched: Set<string>;
}

/** Nothing known yet. */
export function knowledge({ locked }: ResolutionInput, catalogue: Catalogue): Knowledge {
  const memory: Memory = { locked, catalogue, candidates: new Map(), details: new Map(), mismatched: new Set() };
  const { candidates, mismatched } = memory;
  return {
    candidates,
    isLocked: (candidate) => isLocked(memory, candidate),
    mismatched,
    async learn(components) {
      for (let fresh = unknown(memory, components); fresh.length > 0;) {
        const needed = await read(memory, fresh);
        // What is read ahead may turn out not to be needed, so it never counts as too much.
        fresh = candidates.size > LIMITS.components ? [] : unknown(memory, needed);
      }
    },
    learnDetails: (wanted) => readDetails(memory, wanted),
    details(candidate) {
      const found = memory.details.get(candidate);
      if (!found) throw new Error(`${candidate.component} ${candidate.version} was decided before it was read`);
      return found;
    },
  };
}

const isLocked = ({ locked }: Memory, { component, version }: Candidate): boolean =>
  locked.get(component)?.version === version;

const unknown = ({ candidates }: Memory, names: readonly string[]): string[] =>
  [...new Set(names)].filter((name) => !candidates.has(name));

/** Reads the candidates of components, and returns what the likely ones among them need. */
async function read(memory: Memory, components: readonly string[]): Promise<string[]> {
  const found = await memory.catalogue.candidates(components);
  for (const { candidate, details } of found) if (details) memory.details.set(candidate, details);
  const all = found.map(({ candidate }) => candidate);
  const grouped = Map.groupBy(all, ({ component }) => component);
  for (const component of components) memory.candidates.set(component, grouped.get(component) ?? []);
  const kept = all.filter((candidate) => isLocked(memory, candidate));
  await readDetails(memory, kept);
  for (const candidate of kept) {
    const { component } = candidate;
    if (memory.details.get(candidate)?.digest !== memory.locked.get(component)?.digest)
      memory.mismatched.add(component);
  }
  return found.flatMap(({ details }) => details?.dependencies.map(({ component }) => component) ?? []);
}

async function readDetails({ details, catalogue }: Memory, wanted: readonly Candidate[]): Promise<void> {
  const fresh = wanted.filter((candidate) => !details.has(candidate));
  if (fresh.length === 0) return;
  const found = await catalogue.details(fresh);
  fresh.forEach((candidate, index) => {
    const known = found[index];
    if (known) details.set(candidate, known);
  });
}
