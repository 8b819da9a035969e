import type { Candidate, CandidateDetails, Catalogue, ResolutionInput } from './model.ts';

/** What a resolution has read of the catalogue so far. */
export interface Knowledge {
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  readonly isLocked: (candidate: Candidate) => boolean;
  /** Components whose locked version was published with another digest than the lock says. */
  readonly mismatched: ReadonlySet<string>;
  /** Reads the candidates of components that are new. */
  learn(components: readonly string[]): Promise<void>;
  /** Reads the details of candidates that are new. */
  learnDetails(candidates: readonly Candidate[]): Promise<void>;
  /** The details of a candidate that `learnDetails` has read. */
  details(candidate: Candidate): CandidateDetails;
}

/** Nothing known yet. */
export function knowledge({ locked }: ResolutionInput, catalogue: Catalogue): Knowledge {
  const candidates = new Map<string, readonly Candidate[]>();
  const details = new Map<Candidate, CandidateDetails>();
  const mismatched = new Set<string>();
  const isLocked = ({ component, version }: Candidate): boolean => locked.get(component)?.version === version;

  async function learnDetails(wanted: readonly Candidate[]): Promise<void> {
    const fresh = wanted.filter((candidate) => !details.has(candidate));
    if (fresh.length === 0) return;
    const read = await catalogue.details(fresh);
    fresh.forEach((candidate, index) => {
      const found = read[index];
      if (found) details.set(candidate, found);
    });
  }

  async function learn(components: readonly string[]): Promise<void> {
    const fresh = components.filter((component) => !candidates.has(component));
    if (fresh.length === 0) return;
    const read = Map.groupBy(await catalogue.candidates(fresh), ({ component }) => component);
    for (const component of fresh) candidates.set(component, read.get(component) ?? []);
    const kept = fresh.flatMap((component) => candidates.get(component)?.filter(isLocked) ?? []);
    await learnDetails(kept);
    for (const candidate of kept) {
      const { component } = candidate;
      if (details.get(candidate)?.digest !== locked.get(component)?.digest) mismatched.add(component);
    }
  }

  return {
    candidates,
    isLocked,
    mismatched,
    learn,
    learnDetails,
    details(candidate) {
      const found = details.get(candidate);
      if (!found) throw new Error(`${candidate.component} ${candidate.version} was decided before it was read`);
      return found;
    },
  };
}
