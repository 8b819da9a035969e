import { Clearance, Lifecycle } from '@weir/contracts/registry';
import type {
  Candidate,
  CandidateDetails,
  Catalogue,
  FoundCandidate,
  Requirement,
} from '../domain/resolution/model.ts';
import { versionKey } from '../domain/version-key.ts';

/** A version of a small catalogue. */
export interface Entry {
  readonly needs?: Readonly<Record<string, string>>;
  readonly clearance?: Clearance;
  readonly lifecycle?: Lifecycle;
  readonly sunsetAt?: Date;
}
/** A small catalogue: its components, their versions. */
export type World = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** The digest that a version of such a catalogue has. */
export const digestOf = (component: string, version: string): string => `digest of ${component} ${version}`;

/** The catalogue in memory, which hands things out in an order of its own, and some details ahead. */
export function worldCatalogue(world: World, shuffle: <T>(items: T[]) => T[] = (items) => items): Catalogue {
  const detailsOf = ({ component, version }: Candidate): CandidateDetails => {
    const needs = world[component]?.[version]?.needs ?? {};
    const dependencies = Object.entries(needs).map(([name, range]) => ({ component: name, range }));
    return { digest: digestOf(component, version), dependencies: shuffle(dependencies) };
  };
  const found = (component: string, version: string, entry: Entry): FoundCandidate => {
    const candidate = {
      component,
      version,
      key: versionKey(version),
      clearance: entry.clearance ?? Clearance.INTERNAL,
      lifecycle: entry.lifecycle ?? Lifecycle.ACTIVE,
      sunsetAt: entry.sunsetAt,
    };
    return { candidate, details: version.startsWith('1') ? detailsOf(candidate) : undefined };
  };
  return {
    candidates: (components) =>
      Promise.resolve(
        shuffle(
          components.flatMap((component) =>
            Object.entries(world[component] ?? {}).map(([version, entry]) => found(component, version, entry)),
          ),
        ),
      ),
    details: (wanted) => Promise.resolve(wanted.map(detailsOf)),
    alias: (component, alias) =>
      Promise.resolve(alias === 'stable' ? Object.keys(world[component] ?? {})[0] : undefined),
  };
}

/** A requirement of a range. */
export const range = (component: string, value: string): Requirement => ({
  component,
  selector: { $case: 'range', value },
});
