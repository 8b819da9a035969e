import type { Lock } from '@weir/contracts/registry';
import { lockDigest } from '../canonical.ts';
import { componentNameOf, versionNameOf, versionNameParts } from '../names.ts';
import type { Candidate, Chosen, Requirement, ResolutionInput } from './model.ts';

/** The lock of a solution. */
export function lockOf(requirements: readonly Requirement[], chosen: ReadonlyMap<string, Chosen>): Lock {
  const nameOf = (component: string): string => {
    const candidate = chosen.get(component)?.candidate;
    return candidate ? versionName(candidate) : '';
  };
  const content = {
    requirements: [...requirements].sort(byComponent).map(({ component, selector }) => ({
      requirement: { component: componentNameOf(component), selector },
      version: nameOf(component),
    })),
    components: [...chosen.values()]
      .map(({ candidate, details }) => ({
        name: versionName(candidate),
        digest: details.digest,
        dependencies: [...details.dependencies].sort(byComponent).map(({ component, range }) => ({
          dependency: { component: componentNameOf(component), range },
          version: nameOf(component),
        })),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return { ...content, digest: lockDigest(content) };
}

/** What a lock holds, by component. */
export const lockedBy = (lock: Lock | undefined): ResolutionInput['locked'] =>
  new Map(
    (lock?.components ?? []).map(({ name, digest }) => {
      const { component, version } = versionNameParts(name);
      return [component, { version, digest }];
    }),
  );

const versionName = ({ component, version }: Candidate): string => versionNameOf(component, version);

const byComponent = (a: { component: string }, b: { component: string }): number =>
  a.component < b.component ? -1 : 1;
