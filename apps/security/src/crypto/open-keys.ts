import type { KeyObject } from 'node:crypto';
import { batched } from '../access/batched.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { NO_SUBJECT, subjectWrappingKey } from '../domain/crypto/envelope.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { KeyMaterialStore, KeyQuestion, KeyState } from '../store/key-material-store.ts';
import { keptShares } from './kept-shares.ts';
import { keptVersions, type Versions } from './kept-versions.ts';
import { seenStates } from './seen-states.ts';
import { subjectIds, type SubjectIds } from './subject-ids.ts';

/** What a key can do just now. */
export interface OpenKey {
  readonly revision: bigint;
  readonly primaryVersion: number;
  readonly isDestroyed: boolean;
  /** Which share of the subject counts; undefined where there is none. */
  subjectKey(subject: Buffer): bigint | undefined;
  /** What wraps data keys about a subject; undefined where the version or the subject's share has no material. */
  wrappingKey(version: number, subject: Buffer): KeyObject | undefined;
}

/** The keys of tenants, unwrapped. */
export interface OpenKeys {
  readonly subjectId: SubjectIds;
  /**
   * What was last seen of it, for whoever has the database find out with `revision` and `subjectKey` whether it still is
   * so. Undefined where that is not enough to encrypt.
   */
  known(key: CryptoKeyName, subjects: readonly Buffer[]): Promise<OpenKey | undefined>;
  /** As it is now. Undefined: there is no such key. */
  open(key: CryptoKeyName, subjects: readonly Buffer[]): Promise<OpenKey | undefined>;
  /** Makes the shares that are missing. */
  makeShares(key: CryptoKeyName, subjects: readonly Buffer[]): Promise<void>;
}

const ASKED_AT_ONCE = 2_000;

/**
 * Keeps what was unwrapped, within bounds. Every use has the database say what counts, before or with what it writes, calls
 * of the same moment together: what another replica has destroyed, retired or erased is used no more, however long it was
 * kept here.
 */
export function openKeys(store: KeyMaterialStore, master: MasterKey): OpenKeys {
  const ask = batched<KeyQuestion, KeyState | null>((questions) => store.states(questions), {
    size: ASKED_AT_ONCE,
  });
  const seen = seenStates();
  const versionsOf = keptVersions(store, master);
  const shares = keptShares(store, master);

  async function opened(key: CryptoKeyName, subjects: readonly Buffer[], states: readonly KeyState[]) {
    const [state] = states;
    if (!state) return undefined;
    const ids = subjects.flatMap((subject, at) => {
      const id = states[at]?.subjectKey;
      return id === undefined ? [] : [[subject.toString('hex'), id] as const];
    });
    const counts = new Map(ids);
    const versions = state.isDestroyed ? new Map<number, KeyObject>() : await versionsOf(key, state.revision);
    return openKey(state, versions, counts, await shares.read(key, counts));
  }

  return {
    subjectId: subjectIds(store, master),
    async known(key, subjects) {
      const states = seen.encrypting(key, subjects);
      return states && opened(key, subjects, states);
    },
    async open(key, subjects) {
      const asked = subjects.length === 0 ? [NO_SUBJECT] : subjects;
      const states = await Promise.all(asked.map((subject) => ask({ key, subject })));
      states.forEach((state, at) => seen.add({ key, subject: asked[at] ?? NO_SUBJECT }, state));
      const present = states.filter((state) => state !== null);
      return present.length === asked.length ? opened(key, asked, present) : undefined;
    },
    makeShares: (key, subjects) => shares.make(key, subjects),
  };
}

function openKey(
  { revision, primaryVersion, isDestroyed }: KeyState,
  versions: Versions,
  subjectKeys: ReadonlyMap<string, bigint>,
  shares: ReadonlyMap<string, Buffer>,
): OpenKey {
  const made = new Map<string, KeyObject>();
  return {
    revision,
    primaryVersion,
    isDestroyed,
    subjectKey: (subject) => subjectKeys.get(subject.toString('hex')),
    wrappingKey(version, subject) {
      const versionKey = versions.get(version);
      if (!versionKey || subject.equals(NO_SUBJECT)) return versionKey;
      const hex = subject.toString('hex');
      const share = shares.get(hex);
      if (!share) return undefined;
      const known = made.get(`${version} ${hex}`) ?? subjectWrappingKey(versionKey, share);
      made.set(`${version} ${hex}`, known);
      return known;
    },
  };
}
