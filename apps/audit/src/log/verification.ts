import type { Scope } from '@weir/context';
import type { NoteVerifier } from '@weir/merkle';
import type { HeadChecker, HeadClaim } from '../domain/check-heads.ts';
import type { Fault } from '../domain/fault.ts';
import type { LogState } from '../domain/log-state.ts';
import type { RemovedRanges } from '../domain/removed-ranges.ts';
import type { TileTower } from '../domain/tile-tower.ts';
import type { LogStore } from '../store/log-store.ts';
import type { VerifyMeter } from './verify-meter.ts';

/** What to verify, and against what. */
export interface Verification {
  readonly scope: Scope;
  readonly log: LogState;
  /** Up to which size. */
  readonly size: bigint;
  readonly keys: readonly NoteVerifier[];
  /** Heads that were kept elsewhere. */
  readonly known: readonly HeadClaim[];
  /** The size of the largest head that was stored before `log` was read; what was signed since may be larger. */
  readonly signedBefore: bigint;
  /** Is told how far it is. */
  readonly meter: VerifyMeter;
}

/** What a verification has found. */
export interface Finding {
  readonly fault: Fault | undefined;
  /** Events whose bytes were read and hashed. */
  readonly checked: bigint;
  /** Events that certificates stand for. */
  readonly removed: bigint;
}

/** A verification under way. */
export interface Progress extends Verification {
  readonly store: LogStore;
  readonly tower: TileTower;
  readonly removed: RemovedRanges;
  readonly checker: HeadChecker;
}
