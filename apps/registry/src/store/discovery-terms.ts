import { Lifecycle } from '@weir/contracts/registry';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { bitsOf } from '../domain/bits.ts';
import { certificationFeatures, clearanceFeatures, formatFeatures, lifecycleFeatures } from '../domain/features.ts';
import { searchQuery } from '../domain/words.ts';
import type { CapabilityNumbers } from './capability-numbers.ts';
import type { DiscoveryFilter } from './component-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Condition = RawBuilder<boolean>;

/** A filter as the database asks it; what is undefined lets all pass. */
export interface Terms {
  readonly capabilities: readonly number[] | undefined;
  /** Bits; so are certifications. */
  readonly formats: number | undefined;
  readonly clearance: number | undefined;
  readonly certifications: number | undefined;
  readonly lifecycles: readonly Lifecycle[];
  /** A tsquery. */
  readonly words: string | undefined;
  /** All of these features a component has of which a version passes, and one of each of the others. */
  readonly needs: readonly number[] | undefined;
  readonly formatsOf: readonly number[] | undefined;
  readonly clearancesOf: readonly number[] | undefined;
  readonly lifecyclesOf: readonly number[] | undefined;
}

const CURRENT = [Lifecycle.ACTIVE, Lifecycle.DEPRECATED, Lifecycle.SUNSET];

const unlessEmpty = <T>(items: readonly T[]): readonly T[] | undefined => (items.length > 0 ? items : undefined);

/** The terms of a filter; undefined when nothing can pass. */
export async function termsOf(tx: Tx, numbers: CapabilityNumbers, filter: DiscoveryFilter): Promise<Terms | undefined> {
  const { minClearance, lifecycles, certifications } = filter;
  const capabilities = filter.capabilities.length > 0 ? await numbers.find(tx, filter.capabilities) : [];
  if (!capabilities) return undefined;
  return {
    capabilities: unlessEmpty(capabilities),
    formats: bitsOf(filter.dataFormats) || undefined,
    clearance: minClearance || undefined,
    certifications: bitsOf(certifications) || undefined,
    lifecycles: unlessEmpty(lifecycles) ?? CURRENT,
    words: searchQuery(filter.text) || undefined,
    needs: unlessEmpty([...capabilities, ...certificationFeatures(certifications)]),
    formatsOf: unlessEmpty(formatFeatures(filter.dataFormats)),
    clearancesOf: minClearance > 0 ? clearanceFeatures(minClearance) : undefined,
    lifecyclesOf: unlessEmpty(lifecycleFeatures(lifecycles)),
  };
}

/** What a filter asks of a version "v", and what it asks of a component "c" for one of its versions to pass. */
export interface Passing {
  readonly version: readonly Condition[];
  readonly component: readonly Condition[];
}

/** Terms as conditions. */
export function conditionsOf(terms: Terms): Passing {
  const { capabilities, formats, clearance, certifications, words } = terms;
  return {
    version: [
      sql<boolean>`v.lifecycle = any(${terms.lifecycles}::smallint[])`,
      ...(capabilities ? [sql<boolean>`v.capabilities @> ${capabilities}::int[]`] : []),
      ...(formats ? [sql<boolean>`v.data_formats & ${formats}::int <> 0`] : []),
      ...(clearance ? [sql<boolean>`v.clearance >= ${clearance}::smallint`] : []),
      ...(certifications ? [sql<boolean>`v.certifications & ${certifications}::int = ${certifications}::int`] : []),
      ...(words ? [sql<boolean>`v.words @@ ${words}::tsquery`] : []),
    ],
    component: [
      ...(terms.needs ? [sql<boolean>`(c.features @> ${terms.needs}::int[] or c.features is null)`] : []),
      ...anyOf(terms.formatsOf),
      ...anyOf(terms.clearancesOf),
      ...anyOf(terms.lifecyclesOf),
      ...(words ? [sql<boolean>`(c.words @@ ${words}::tsquery or c.words is null)`] : []),
    ],
  };
}

const anyOf = (features: readonly number[] | undefined): Condition[] =>
  features ? [sql<boolean>`(c.features && ${features}::int[] or c.features is null)`] : [];

/** Terms, words aside, as the functions of the database take them. */
export const termArguments = (terms: Terms): RawBuilder<unknown> => sql`
  ${terms.needs ?? null}::int[], ${terms.formatsOf ?? null}::int[], ${terms.clearancesOf ?? null}::int[],
  ${terms.lifecyclesOf ?? null}::int[], ${terms.capabilities ?? null}::int[], ${terms.formats ?? null}::int,
  ${terms.clearance ?? null}::smallint, ${terms.certifications ?? null}::int, ${terms.lifecycles}::smallint[]`;
