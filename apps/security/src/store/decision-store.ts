import type { Scope } from '@weir/context';
import type { AccessQuestion, Decision } from '@weir/contracts/security';
import type { PrincipalFacts } from '../domain/access/facts.ts';

/** A decision with the facts that it was made by. */
export interface DecisionRecord {
  readonly tenant: string;
  /** With its time. */
  readonly question: AccessQuestion;
  readonly principal: PrincipalFacts | undefined;
  readonly decision: Decision;
}

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

/** When a control last settled a decision for a principal. */
export interface ControlUse {
  readonly policy: string;
  readonly control: string;
  readonly principal: string;
  readonly lastUsedAt: Date;
}

/** Keeps decisions for a while, and when controls were last of use. */
export interface DecisionStore {
  /** Does not wait for the disk: the audit event of a decision is what is durable. */
  record(records: readonly DecisionRecord[]): Promise<void>;
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
