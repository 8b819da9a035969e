import type { JsonWebKey } from '@weir/contracts/security';
import { generateKeyPairSync } from 'node:crypto';
import { verificationKey } from './verification-key.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });

const published = (fields: object): JsonWebKey => ({
  ...{ kty: '', kid: 'k', use: 'sig', alg: '', crv: '', x: '', y: '', n: '', e: '' },
  ...fields,
});

describe('verificationKey', () => {
  it('takes P-256 for ES256 and RSA for RS256', () => {
    expect(verificationKey(published({ ...ec, alg: 'ES256' })).algorithm).toBe('ES256');
    expect(verificationKey(published({ ...rsa(2048), alg: 'RS256' })).algorithm).toBe('RS256');
  });

  it.each([
    ['a short RSA key', { ...rsa(1024), alg: 'RS256' }, 'it has only 1024 bits'],
    ['an EC key for RSA', { ...ec, alg: 'RS256' }, 'EC with RS256 is not accepted'],
    ['a secret', { kty: 'oct', alg: 'HS256' }, 'oct with HS256 is not accepted'],
    ['a key to encrypt with', { ...ec, alg: 'ES256', use: 'enc' }, 'its use is "enc"'],
    ['a point that is not on the curve', { ...ec, alg: 'ES256', x: ec.y }, /./],
  ])('refuses %s', (_, fields, problem) => {
    expect(() => verificationKey(published(fields))).toThrow(problem);
  });
});
