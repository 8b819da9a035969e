import { verificationKey, type VerificationKey } from '@weir/auth';
import { platformScope } from '@weir/context';
import type { SigningAlgorithm } from '@weir/contracts/security';
import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { signerAt, verifies, type SigningKeyRecord } from '../domain/signing-key.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { SigningKeyStore, StoredSigningKey } from '../store/signing-key-store.ts';
import { coalesced } from './coalesced.ts';

/** The private half of the key that signs now. */
export interface Signer {
  readonly keyId: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

/** The signing keys in memory, as of the last refresh. */
export interface KeyRing {
  /** Reads them again; calls that come together share one reading that begins after them. */
  refresh(): Promise<void>;
  /** Grows with every reading. */
  readonly generation: number;
  /** Those that are published, oldest first. */
  published(now: Date): SigningKeyRecord[];
  /** Changes when the published keys do. */
  etag(now: Date): string;
  verificationKey(keyId: string, now: Date): VerificationKey | undefined;
  signer(now: Date): Signer | undefined;
}

interface Held {
  readonly key: StoredSigningKey;
  readonly verification: VerificationKey;
  readonly privateKey: KeyObject | undefined;
}

/** What a private key is sealed for. */
export const sealContext = (keyId: string): string => `weir signing key ${keyId}`;

/** An empty ring; `refresh` fills it. */
export function keyRing(store: SigningKeyStore, master: MasterKey): KeyRing {
  let held = new Map<string, Held>();
  let generation = 0;

  async function read(): Promise<void> {
    const keys = await store.all(platformScope());
    held = new Map(keys.map((key) => [key.id, hold(key, held.get(key.id), master)]));
    generation += 1;
  }

  const records = (): StoredSigningKey[] => [...held.values()].map(({ key }) => key);
  const published = (now: Date) => records().filter((key) => verifies(key, now));

  return {
    refresh: coalesced(read),
    get generation() {
      return generation;
    },
    published,
    etag: (now) =>
      createHash('sha256')
        .update(
          published(now)
            .map(({ id }) => id)
            .join(' '),
        )
        .digest('base64url')
        .slice(0, 16),
    verificationKey(keyId, now) {
      const found = held.get(keyId);
      return found && verifies(found.key, now) ? found.verification : undefined;
    },
    signer(now) {
      const key = signerAt(records(), now);
      const privateKey = key && held.get(key.id)?.privateKey;
      return privateKey && { keyId: key.id, algorithm: key.algorithm, privateKey };
    },
  };
}

function hold(key: StoredSigningKey, known: Held | undefined, master: MasterKey): Held {
  const verification = known?.verification ?? verificationKey(key.jwk);
  const privateKey = key.sealed && (known?.privateKey ?? open(key.id, key.sealed, master));
  return { key, verification, privateKey };
}

function open(keyId: string, sealed: Buffer, master: MasterKey): KeyObject {
  try {
    return createPrivateKey({ key: master.open(sealed, sealContext(keyId)), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new Error(`MASTER_KEY_FILE does not open the signing key ${keyId}: it holds another master key`, { cause });
  }
}
