import type { Hash } from '@weir/merkle';

/** Where a log ends: all that an appender needs to know of it. */
export interface LogState {
  /** The id of the tenant: "acme". */
  readonly tenant: string;
  readonly size: bigint;
  /** The hashes of the partial tile of each level, from level 0 up. */
  readonly partials: readonly (readonly Hash[])[];
  /** When the last event was recorded. */
  readonly recordedAt: Date;
}

/** The state of a log that nothing was ever written to. */
export const emptyLog = (tenant: string): LogState => ({ tenant, size: 0n, partials: [], recordedAt: new Date(0) });
