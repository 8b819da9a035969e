import type { Scope } from '@weir/context';
import type { AccessQuestion, Decision } from '@weir/contracts/security';
import type { PrincipalFacts } from '../domain/access/facts.ts';
import type { CurrentFacts } from './access-facts-store.ts';

/** A decision with the facts that it was made by. */
export interface DecisionRecord {
  readonly tenant: string;
  /** With its time. */
  readonly question: AccessQuestion;
  readonly principal: PrincipalFacts | undefined;
  readonly decision: Decision;
}

/** The decisions of one call, all by one revision. */
export interface DecidedCall {
  readonly tenant: string;
  /** The revision of the policies that decided. */
  readonly revision: bigint;
  /** Whom the questions are about, each once, with the fingerprint of what was known of them. */
  readonly principals: readonly { readonly name: string; readonly fingerprint: string }[];
  /** Records only if revision and fingerprints are the present ones. */
  readonly onlyIfCurrent: boolean;
  readonly records: readonly DecisionRecord[];
  /** The audit event of the call, as it stands in the outbox. */
  readonly event: Buffer | undefined;
}

/** What became of a call: recorded, or else what is so now about its principals, in their order. */
export type Recorded = 'recorded' | readonly CurrentFacts[];

/** Where a reading of decisions goes on: after this one. */
export interface DecisionCursor {
  readonly decidedAt: Date;
  readonly id: string;
}

/** Which decisions of a tenant. */
export interface DecisionFilter {
  readonly from: Date | undefined;
  readonly before: Date;
  /** Empty: of any. */
  readonly principal: string;
}

/** When a control last settled a decision for a principal, give or take a minute. */
export interface ControlUse {
  readonly policy: string;
  readonly control: string;
  readonly principal: string;
  readonly lastUsedAt: Date;
}

/** Keeps decisions for a while, and when controls were last of use. */
export interface DecisionStore {
  /** All in one transaction, each call with its event: durable, or not there. Answers line up with calls. */
  record(calls: readonly DecidedCall[]): Promise<Recorded[]>;
  find(scope: Scope, tenant: string, id: string): Promise<DecisionRecord | undefined>;
  /** By time, oldest first. */
  list(
    scope: Scope,
    tenant: string,
    filter: DecisionFilter,
    after: DecisionCursor | undefined,
    limit: number,
  ): Promise<DecisionRecord[]>;
  count(scope: Scope, tenant: string, filter: DecisionFilter, after: DecisionCursor | undefined): Promise<bigint>;
  uses(scope: Scope, tenant: string): Promise<ControlUse[]>;
  /** Removes what is older than this many milliseconds. */
  purge(keptMs: number): Promise<void>;
}
