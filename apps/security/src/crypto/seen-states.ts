import { LRUCache } from 'lru-cache';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { NO_SUBJECT } from '../domain/crypto/envelope.ts';
import type { KeyQuestion, KeyState } from '../store/key-material-store.ts';

const STATES = 100_000;

/** Where keys stood when they were last looked at. */
export function seenStates() {
  const seen = new LRUCache<string, KeyState>({ max: STATES });

  return {
    add(question: KeyQuestion, state: KeyState | null): void {
      if (state) seen.set(nameOf(question), state);
    },
    /** One for each subject, all of one revision; undefined where that is not enough to encrypt. */
    encrypting(key: CryptoKeyName, subjects: readonly Buffer[]): KeyState[] | undefined {
      const states = subjects.flatMap((subject) => {
        const state = seen.get(nameOf({ key, subject }));
        return state && encrypts(state, subject) ? [state] : [];
      });
      const isOne = states.every(({ revision }) => revision === states[0]?.revision);
      return isOne && states.length === subjects.length ? states : undefined;
    },
  };
}

const nameOf = ({ key, subject }: KeyQuestion): string => `${cryptoKeyName(key)} ${subject.toString('hex')}`;

const encrypts = ({ isDestroyed, subjectKey }: KeyState, subject: Buffer): boolean =>
  !isDestroyed && (subjectKey !== undefined || subject.equals(NO_SUBJECT));
