import type { Scope } from '@weir/context';
import { SigningAlgorithm, SigningKeyState, type JsonWebKey } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { signerAt, stageOf, verifies, type SigningKeyRecord } from '../domain/signing-key.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import type { SigningKeyStore, StoredSigningKey } from '../store/signing-key-store.ts';
import { sealContext } from './key-ring.ts';

/** How long the stages of a key last, in milliseconds. */
export interface StageTimes {
  /** From publication to the first signature: how long answers of GetJwks may be kept. */
  readonly publishMs: number;
  /** From the last signature to retirement: how long a token can be valid, clock skew included. */
  readonly longestTokenMs: number;
}

/** What a rotation did. */
export interface Rotation {
  readonly key: SigningKeyRecord;
  /** The key that signed until now, as it is after the rotation; undefined for the first key. */
  readonly previous: SigningKeyRecord | undefined;
  readonly revocations: readonly RevocationRecord[];
  readonly now: Date;
}

/** Makes new signing keys and sends the old ones on their way. */
export interface KeyRotation {
  /** The first key, which signs at once: nobody holds older ones. Does nothing when there are keys. */
  begin(scope: Scope): Promise<void>;
  /** UNSPECIFIED: as the key that signs now. ROTATION_IN_PROGRESS while a published key waits to sign. */
  rotate(scope: Scope, algorithm: SigningAlgorithm): Promise<Rotation>;
  /** The new key signs at once; the keys so far are withdrawn, and with them every token that they signed. */
  replaceCompromised(scope: Scope, algorithm: SigningAlgorithm): Promise<Rotation>;
}

interface Parts {
  readonly keys: SigningKeyStore;
  readonly revocations: RevocationStore;
  readonly master: MasterKey;
  readonly times: StageTimes;
}

/** Rotation over a store of keys. */
export const keyRotation = (parts: Parts): KeyRotation => ({
  async begin(scope) {
    const now = await parts.keys.lock(scope);
    if ((await parts.keys.all(scope)).length === 0) await add(parts, scope, SigningAlgorithm.ES256, now, now);
  },
  rotate: (scope, algorithm) => rotate(parts, scope, algorithm),
  replaceCompromised: (scope, algorithm) => replaceCompromised(parts, scope, algorithm),
});

async function rotate(parts: Parts, scope: Scope, algorithm: SigningAlgorithm): Promise<Rotation> {
  const { keys, times } = parts;
  const now = await keys.lock(scope);
  const all = await keys.all(scope);
  refuseWhileWaiting(all, now);
  const signing = signerAt(all, now);
  const signsFrom = later(now, times.publishMs);
  const previous = signing && { ...signing, signsUntil: signsFrom, retiresAt: later(signsFrom, times.longestTokenMs) };
  if (previous) await keys.update(scope, previous);
  const key = await add(parts, scope, algorithm || (signing?.algorithm ?? SigningAlgorithm.ES256), now, signsFrom);
  return { key, previous, revocations: [], now };
}

async function replaceCompromised(parts: Parts, scope: Scope, algorithm: SigningAlgorithm): Promise<Rotation> {
  const { keys, revocations } = parts;
  const now = await keys.lock(scope);
  const all = await keys.all(scope);
  const signing = signerAt(all, now);
  const withdrawn = all.filter((key) => verifies(key, now)).map((key) => withdraw(key, now));
  const revoked: RevocationRecord[] = [];
  for (const key of withdrawn) {
    await keys.update(scope, key);
    revoked.push(await revocations.revokeKey(scope, key.id));
  }
  const key = await add(parts, scope, algorithm || (signing?.algorithm ?? SigningAlgorithm.ES256), now, now);
  const previous = withdrawn.find(({ id }) => id === signing?.id);
  return { key, previous, revocations: revoked, now };
}

function refuseWhileWaiting(keys: readonly SigningKeyRecord[], now: Date): void {
  const waiting = keys.find((key) => stageOf(key, now) === SigningKeyState.PUBLISHED);
  if (!waiting) return;
  const facts = { key_id: waiting.id, signs_from: waiting.signsFrom.toISOString() };
  throw reason('ROTATION_IN_PROGRESS', facts, { retryAfterMs: waiting.signsFrom.getTime() - now.getTime() });
}

async function add(
  { keys, master }: Parts,
  scope: Scope,
  algorithm: SigningAlgorithm,
  publishedAt: Date,
  signsFrom: Date,
): Promise<StoredSigningKey> {
  const key = { ...(await newKey(algorithm, master)), publishedAt, signsFrom };
  await keys.insert(scope, key);
  await keys.touch(scope);
  return key;
}

/** A key that verifies nothing any more, its private half destroyed. */
const withdraw = (key: StoredSigningKey, now: Date): StoredSigningKey => ({
  ...key,
  revoked: true,
  sealed: undefined,
  signsUntil: earlier(key.signsUntil, now),
  retiresAt: now,
});

const later = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

const earlier = (time: Date | undefined, now: Date): Date => (time && time < now ? time : now);

type NewKey = Omit<StoredSigningKey, 'publishedAt' | 'signsFrom'>;

async function newKey(algorithm: SigningAlgorithm, master: MasterKey): Promise<NewKey> {
  const id = randomUUID();
  const { publicKey, privateKey } = await generate(algorithm);
  const sealed = master.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), sealContext(id));
  const jwk = jwkOf(id, algorithm, publicKey);
  return { id, algorithm, jwk, sealed, signsUntil: undefined, retiresAt: undefined, revoked: false };
}

const generatePair = promisify(generateKeyPair);

const generate = (algorithm: SigningAlgorithm): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> =>
  algorithm === SigningAlgorithm.RS256
    ? generatePair('rsa', { modulusLength: 3072 })
    : generatePair('ec', { namedCurve: 'P-256' });

function jwkOf(kid: string, algorithm: SigningAlgorithm, key: KeyObject): JsonWebKey {
  const { kty = '', crv = '', x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  return { kty, kid, use: 'sig', alg: algorithm === SigningAlgorithm.RS256 ? 'RS256' : 'ES256', crv, x, y, n, e };
}
