import type { Scope } from '@weir/context';
import type { Policy } from '@weir/contracts/security';
import type { PolicyContent } from '../domain/access/policy-content.ts';

/** Which policies of a tenant a page shows. */
export interface PolicyPage {
  /** Only those that name this principal; empty: all. */
  readonly principal: string;
  readonly after: string;
  readonly limit: number;
}

/** What has changed since a revision. */
export interface PolicyChanges {
  readonly revision: bigint;
  /** Those that are new or other ones. */
  readonly put: readonly Policy[];
  /** The names of those that are there no more, or other ones. */
  readonly gone: readonly string[];
}

/** Keeps the policies of tenants with their whole history. A revision is the state of all policies of a tenant. */
export interface PolicyStore {
  /** The present revision; 0n: the tenant has never had a policy. */
  revision(scope: Scope, tenant: string): Promise<bigint>;
  /** The same, and nobody else changes a policy of the tenant before the transaction ends. */
  lock(scope: Scope, tenant: string): Promise<bigint>;
  /** As it is, or as it was at a revision. */
  find(scope: Scope, name: string, revision?: bigint): Promise<Policy | undefined>;
  count(scope: Scope, tenant: string): Promise<number>;
  /** By id, ascending. */
  list(scope: Scope, tenant: string, page: PolicyPage): Promise<Policy[]>;
  /** All of them as they are, with their revision. */
  changes(scope: Scope, tenant: string, since: bigint): Promise<PolicyChanges>;
  /** All of them as they were at a revision. */
  asOf(scope: Scope, tenant: string, revision: bigint): Promise<Policy[]>;
  /** Puts content as the next revision, and answers with the policy. Call `lock` before. */
  put(scope: Scope, content: PolicyContent, by: string, now: Date): Promise<Policy>;
  /** Ends a policy with the next revision, and answers with it. Call `lock` before. */
  remove(scope: Scope, name: string): Promise<bigint>;
  /** Takes the next revision without changing a policy: something else that decides has changed. Call `lock` before. */
  advance(scope: Scope, tenant: string): Promise<bigint>;
  /** Which of these claims belong to another policy of the tenant. */
  conflicts(scope: Scope, name: string, claims: readonly string[]): Promise<string[]>;
  /** Replaces what a policy claims. */
  claim(scope: Scope, name: string, claims: readonly string[]): Promise<void>;
}
