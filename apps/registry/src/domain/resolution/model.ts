import type { Clearance, Lifecycle } from '@weir/contracts/registry';

/** A version that a component could become. */
export interface Candidate {
  readonly component: string;
  readonly version: string;
  readonly key: string;
  readonly clearance: Clearance;
  readonly lifecycle: Lifecycle;
  readonly sunsetAt: Date | undefined;
}

/** What is only asked of versions that are chosen. */
export interface CandidateDetails {
  readonly digest: string;
  readonly dependencies: readonly { readonly component: string; readonly range: string }[];
}

/** What somebody wants: a range of versions, or the version that an alias points at. */
export interface Requirement {
  readonly component: string;
  readonly selector: { readonly $case: 'range' | 'alias'; readonly value: string };
}

/** A candidate as it was read; those that are likely to be chosen come with their details. */
export interface FoundCandidate {
  readonly candidate: Candidate;
  readonly details: CandidateDetails | undefined;
}

/** The visible versions, as a resolution reads them: all in one state. */
export interface Catalogue {
  /** The candidates of components, in any order; archived ones only where the lock holds them. */
  candidates(components: readonly string[]): Promise<FoundCandidate[]>;
  details(candidates: readonly Candidate[]): Promise<CandidateDetails[]>;
  /** The version that an alias points at; undefined when there is no such alias. */
  alias(component: string, alias: string): Promise<string | undefined>;
}

/** What is asked for. */
export interface ResolutionInput {
  readonly requirements: readonly Requirement[];
  /** The digests that a lock holds, by component, then version. */
  readonly locked: ReadonlyMap<string, { readonly version: string; readonly digest: string }>;
  readonly now: Date;
}

/** A version that needs another component, or what was asked for, and which versions of it will do. */
export interface Edge {
  /** Undefined: the request itself. */
  readonly from: Candidate | undefined;
  readonly component: string;
  /** "^2", or "aliases/stable". */
  readonly wanted: string;
  /** Whether a version will do, its lifecycle and clearance aside. */
  readonly admits: (candidate: Candidate) => boolean;
}

/** Why an edge cannot be met. */
export type ConflictType = 'NOT_VISIBLE' | 'NO_MATCHING_VERSION' | 'CYCLE' | 'CLEARANCE_EXCEEDED' | 'DIGEST_MISMATCH';

/** An edge that cannot be met, alone or together with the others that are named. */
export interface Conflict {
  readonly type: ConflictType;
  readonly edge: Edge;
  readonly description: string;
}

/** A version of the solution, and what its dependencies became. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly details: CandidateDetails;
}

/** One version per component, or why there is none. */
export type Resolution =
  | { readonly chosen: ReadonlyMap<string, Chosen>; readonly conflicts?: undefined }
  | { readonly chosen?: undefined; readonly conflicts: readonly Conflict[] };

/** The most components a lock may have, and versions that may be tried to find it. */
export const LIMITS = { components: 5_000, attempts: 100_000 } as const;

/** A resolution that went beyond a limit. */
export class ResolutionTooLarge extends Error {
  readonly what: keyof typeof LIMITS;
  constructor(what: keyof typeof LIMITS) {
    super(`more than ${LIMITS[what]} ${what}`);
    this.name = 'ResolutionTooLarge';
    this.what = what;
  }
}

/** "components/a/versions/1.0.0 -> components/b@^2"; what was asked for comes from "request". */
export function edgeName({ from, component, wanted }: Edge): string {
  const source = from ? `components/${from.component}/versions/${from.version}` : 'request';
  return `${source} -> components/${component}${wanted.startsWith('aliases/') ? '/' : '@'}${wanted}`;
}
