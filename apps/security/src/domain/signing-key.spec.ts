import { SigningAlgorithm, SigningKeyState } from '@weir/contracts/security';
import { signerAt, stageOf, verifies, type SigningKeyRecord } from './signing-key.ts';

const at = (seconds: number): Date => new Date(seconds * 1_000);

const key = (id: string, times: Partial<SigningKeyRecord>): SigningKeyRecord => ({
  id,
  algorithm: SigningAlgorithm.ES256,
  jwk: { kty: 'EC', kid: id, use: 'sig', alg: 'ES256', crv: 'P-256', x: 'x', y: 'y', n: '', e: '' },
  publishedAt: at(0),
  signsFrom: at(0),
  signsUntil: undefined,
  retiresAt: undefined,
  revoked: false,
  ...times,
});

describe('a signing key', () => {
  const rotated = key('old', { signsFrom: at(10), signsUntil: at(20), retiresAt: at(30) });

  it('goes through its stages as time passes, with nobody moving it', () => {
    const stages = [0, 9.999, 10, 19.999, 20, 29.999, 30].map((time) => stageOf(rotated, at(time)));

    const { PUBLISHED, SIGNING, VERIFYING, RETIRED } = SigningKeyState;
    expect(stages).toEqual([PUBLISHED, PUBLISHED, SIGNING, SIGNING, VERIFYING, VERIFYING, RETIRED]);
  });

  it('is published from its first moment until it is retired', () => {
    expect([0, 15, 29.999, 30].map((time) => verifies(rotated, at(time)))).toEqual([true, true, true, false]);
  });

  it('is of no use once it is revoked', () => {
    const revoked = { ...rotated, revoked: true };

    expect(stageOf(revoked, at(15))).toBe(SigningKeyState.REVOKED);
    expect(verifies(revoked, at(15))).toBe(false);
  });

  it('signs alone at any time of a rotation', () => {
    const keys = [rotated, key('new', { publishedAt: at(15), signsFrom: at(20) })];

    expect([12, 19.999, 20, 99].map((time) => signerAt(keys, at(time))?.id)).toEqual(['old', 'old', 'new', 'new']);
  });
});
