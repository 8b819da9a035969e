import type { AnonymizationRule, AnonymizationSummary } from '@weir/contracts/security';

/** A row on its way through anonymisation. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** How rows of a tenant are to be anonymised. */
export interface AnonymizeOrder {
  /** "tenants/<id>" */
  readonly tenant: string;
  /** They count where they are stricter than the tenant's own. */
  readonly rules: readonly AnonymizationRule[];
  /** Look for personal data in columns that no rule names, too; undefined: as the tenant's policy says. */
  readonly detect: boolean | undefined;
}

/** Anonymises rows, batch by batch, and fails where it cannot: what it has yielded is clean. */
export interface Anonymizer {
  anonymize(
    order: AnonymizeOrder,
    batches: AsyncIterable<readonly JsonRow[]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly JsonRow[], AnonymizationSummary>;
}
