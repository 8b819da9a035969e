import type { ComponentVersion } from '@weir/contracts/registry';
import { versionNameParts } from './names.ts';
import { isPrerelease, versionKey } from './version-key.ts';
import { distinctWords } from './words.ts';

/** Where a version stands in the catalogue: its component and its precedence. */
export interface VersionPlace {
  readonly component: string;
  readonly key: string;
}

/** A version of the catalogue, as somebody sees it. */
export interface PublishedVersion extends VersionPlace {
  readonly message: ComponentVersion;
}

/** The parts of "components/<id>/versions/<semver>" with the version's precedence. */
export function placeOf(name: string): VersionPlace & { readonly version: string } {
  const { component, version } = versionNameParts(name);
  return { component, version, key: versionKey(version) };
}

/** What discovery needs to know of a version. */
export const indexOf = (manifest: ComponentVersion) => {
  const place = placeOf(manifest.name);
  const { displayName, description, capabilities } = manifest;
  return {
    ...place,
    prerelease: isPrerelease(place.version),
    words: distinctWords([place.component, displayName, description, ...capabilities]),
  };
};
