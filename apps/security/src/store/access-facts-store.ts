import type { PrincipalFacts } from '../domain/access/facts.ts';

/** Whom a question is about, and whose policies decide. */
export interface FactsKey {
  readonly tenant: string;
  /** The name of the principal. */
  readonly principal: string;
}

/** What a decision depends on besides the question. */
export interface CurrentFacts {
  /** The present revision of the tenant's policies; 0n: it has never had one. */
  readonly revision: bigint;
  /** Undefined: there is no such principal in the tenant, and none that administers the platform. */
  readonly principal: PrincipalFacts | undefined;
  /** Everything about the principal that this was read from, as one text: another text, other facts. */
  readonly fingerprint: string;
}

/** Reads what decisions depend on. */
export interface AccessFactsStore {
  /** As many answers as keys, in their order, all of one moment. */
  read(keys: readonly FactsKey[]): Promise<CurrentFacts[]>;
}
