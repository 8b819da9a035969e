import type { Scope } from '@weir/context';
import type { RetentionCertificate } from '@weir/contracts/audit';
import type { LeafRange } from '@weir/merkle';
import type { AppendPlan, Locked } from '../domain/append.ts';
import type { Entry } from '../domain/entry.ts';
import type { LogPartition } from '../domain/log-partition.ts';

/** What to remove, and what was looked at when that was decided. */
export interface RemovalOrder {
  readonly tenant: string;
  readonly certificate: RetentionCertificate;
  /** The event that carries the certificate. */
  readonly entry: Entry;
  /** `basis` of the time of the decision: when it has changed since, nothing is removed. */
  readonly basis: string;
  plan(locked: Locked): AppendPlan;
}

/** What retention has removed, and removing more. */
export interface RemovalStore {
  /** The partitions in a range whose events were all recorded by a time, by index. */
  partitions(scope: Scope, tenant: string, range: LeafRange, recordedBy: Date): Promise<LogPartition[]>;
  /** The index of the first event that is left. */
  firstIndex(scope: Scope, tenant: string): Promise<bigint | undefined>;
  /** The retention and the holds in force, as a text to compare. */
  basis(scope: Scope, tenant: string): Promise<string>;
  /** Records the certificate and deletes what it covers, in one transaction. False when the basis has changed. */
  remove(order: RemovalOrder): Promise<boolean>;
  /** The certificates of a log, by index. */
  certificates(scope: Scope, tenant: string): Promise<RetentionCertificate[]>;
  /** How many leaves of a range are removed. */
  removedLeaves(scope: Scope, tenant: string, range: LeafRange): Promise<bigint>;
  /** Frees the disk of what is empty. */
  dropEmptied(): Promise<number>;
}
