import { sql, type RawBuilder } from 'kysely';
import type { Span } from '../domain/version-spans.ts';

/** Whether the version "v" is in one of the spans. */
export const insideSpans = (spans: readonly Span[]): RawBuilder<boolean> => sql<boolean>`exists (
  select from unnest(
    ${spans.map(({ prerelease }) => prerelease)}::boolean[],
    ${spans.map(({ from }) => from)}::text[],
    ${spans.map(({ to }) => to)}::text[]
  ) as span (prerelease, from_key, to_key)
  where v.prerelease = span.prerelease and v.key >= span.from_key and v.key < span.to_key)`;
