import type { VerificationKey } from './verification-key.ts';

/** The keys that tokens are verified with. */
export interface KeySource {
  /** The key of this id, the same object as long as it is the same key; undefined when it is not known. */
  find(keyId: string): VerificationKey | undefined;
  /**
   * Looks for a key that is not known yet; undefined when there is nowhere to look, or it was done a moment ago. Rejects
   * with KEYS_UNAVAILABLE when the question could not be answered.
   */
  search?(): Promise<void> | undefined;
  /** Why no key can be relied on now; undefined when they can. */
  ready(): string | undefined;
}
