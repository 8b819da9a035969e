import type { FaultReason } from '@weir/contracts/audit';
import type { Hash } from '@weir/merkle';

/** What is wrong with a log, and where. */
export interface Fault {
  readonly index: bigint;
  readonly reason: FaultReason;
  readonly description: string;
  /** What was committed to, where a hash is what differs. */
  readonly expected?: Hash;
  /** What the stored bytes give, where a hash is what differs. */
  readonly actual?: Hash;
}
