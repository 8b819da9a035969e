import type { Scope } from '@weir/context';

/** Whose request it was. */
export interface AnswerKey {
  readonly principal: string;
  readonly method: string;
  readonly requestId: string;
}

/** The answers that a repeated request gets for 24 hours. */
export interface AnswerStore {
  /** The answer of an earlier request. Throws REQUEST_ID_REUSED when that was another one. */
  find(scope: Scope, key: AnswerKey, digest: Buffer): Promise<Buffer | undefined>;
  /** Keeps an answer; false when another request has kept one meanwhile. */
  keep(scope: Scope, key: AnswerKey, digest: Buffer, answer: Buffer): Promise<boolean>;
}

/** Runs store calls of one scope in one transaction. */
export type UnitOfWork = <T>(scope: Scope, work: () => Promise<T>) => Promise<T>;
