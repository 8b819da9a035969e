import { decodePageToken, encodePageToken } from '@weir/rpc';
import { reason } from '@weir/errors';
import type { ComponentVersion } from '@weir/contracts/registry';
import type { VersionPlace } from '../domain/published-version.ts';
import type { VersionsFound } from '../store/component-store.ts';

/** Where the page of a token begins; undefined for the first. */
export function placeAfter(query: unknown, token: string): VersionPlace | undefined {
  const cursor = decodePageToken(query, token);
  if (!cursor) return undefined;
  const [component, key] = cursor;
  if (component === undefined || key === undefined) throw reason('PAGE_TOKEN_INVALID');
  return { component, key };
}

/** A page as lists of versions answer it. */
export function versionPage(
  query: unknown,
  { versions, more }: VersionsFound,
): {
  components: ComponentVersion[];
  nextPageToken: string;
} {
  const last = more ? versions.at(-1) : undefined;
  return {
    components: versions.map(({ message }) => message),
    nextPageToken: last ? encodePageToken(query, [last.component, last.key]) : '',
  };
}
