import { SigningKeyState, type JsonWebKey, type SigningAlgorithm, type SigningKey } from '@weir/contracts/security';

/** A signing key as it is stored, without its private half. */
export interface SigningKeyRecord {
  readonly id: string;
  readonly algorithm: SigningAlgorithm;
  readonly jwk: JsonWebKey;
  readonly publishedAt: Date;
  readonly signsFrom: Date;
  readonly signsUntil: Date | undefined;
  readonly retiresAt: Date | undefined;
  readonly revoked: boolean;
}

/** The stage that a key is in: it follows from its times, so it needs nobody to move it on. */
export function stageOf(key: SigningKeyRecord, now: Date): SigningKeyState {
  if (key.revoked) return SigningKeyState.REVOKED;
  if (key.retiresAt && key.retiresAt <= now) return SigningKeyState.RETIRED;
  if (key.signsUntil && key.signsUntil <= now) return SigningKeyState.VERIFYING;
  return key.signsFrom <= now ? SigningKeyState.SIGNING : SigningKeyState.PUBLISHED;
}

/** Whether tokens with the key's id may be verified with it. */
export const verifies = (key: SigningKeyRecord, now: Date): boolean =>
  !key.revoked && !(key.retiresAt && key.retiresAt <= now);

/** The key that signs at this time. */
export const signerAt = <K extends SigningKeyRecord>(keys: readonly K[], now: Date): K | undefined =>
  keys.find((key) => stageOf(key, now) === SigningKeyState.SIGNING);

/** A key as callers see it. */
export const signingKeyMessage = (key: SigningKeyRecord, now: Date): SigningKey => ({
  keyId: key.id,
  algorithm: key.algorithm,
  state: stageOf(key, now),
  publishedAt: key.publishedAt,
  signsFrom: key.signsFrom,
  signsUntil: key.signsUntil,
  retiresAt: key.retiresAt,
});
