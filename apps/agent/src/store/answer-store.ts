import type { Scope } from '@weir/context';

/** What an answer is kept under. */
export interface AnswerKey {
  readonly principal: string;
  /** The path of the method. */
  readonly method: string;
  readonly requestId: string;
}

/** A request that a method has answered before. */
export interface KeptAnswer {
  readonly requestDigest: Uint8Array;
  readonly response: Uint8Array;
}

/** Answers of methods that do not run in one transaction, for repeats within 24 hours. */
export interface AnswerStore {
  find(scope: Scope, key: AnswerKey): Promise<KeptAnswer | undefined>;
  /** Keeps an answer; false when there is one already. */
  keep(scope: Scope, key: AnswerKey, answer: KeptAnswer): Promise<boolean>;
  /** Puts another response in the place of the kept one. */
  amend(scope: Scope, key: AnswerKey, response: Uint8Array): Promise<void>;
}
