import jwt from 'jsonwebtoken';
import { generateKeyPairSync } from 'node:crypto';
import { refusal, start } from './testing/refusal.ts';

const HOUR = 3_600_000;

const signatureOf = (token: string): Buffer => Buffer.from(token.split('.')[2] ?? '', 'base64url');

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token that counts', () => {
  it('says who calls, at once', () => {
    const { issuer, time } = start();
    const token = issuer.issue({ tokenId: 'one', roles: ['data_engineer'], permissions: ['read', 'pipeline'] });

    expect(issuer.verifier.verify(token)).toEqual({
      subject: 'tenants/acme/principals/tester',
      tenant: 'acme',
      kind: 'user',
      roles: ['data_engineer'],
      permissions: new Set(['read', 'pipeline']),
      tokenId: 'one',
      issuedAt: time.now,
      expiresAt: time.now + HOUR,
      actor: undefined,
    });
  });

  it('may be of the platform, and names who acts on behalf of its subject', () => {
    const { issuer } = start();
    const actors = ['principals/agent', 'principals/deployment'];

    expect(issuer.verifier.verify(issuer.service('agent'))).toMatchObject({ kind: 'service', tenant: undefined });
    expect(issuer.verifier.verify(issuer.issue({ actors }))).toMatchObject({ actor: 'principals/agent' });
  });

  it('may spell its type out', () => {
    const { issuer } = start();

    expect(issuer.verifier.verify(issuer.sign(issuer.payload(), { typ: 'application/at+jwt' }))).toBeDefined();
  });

  it('counts within a minute of clock skew', () => {
    const { issuer, time } = start();
    const early = issuer.issue({ raw: { nbf: time.now / 1000 + 59 } });
    const late = issuer.issue({ lifetimeMs: 60_000 });

    expect(issuer.verifier.verify(early)).toBeDefined();
    time.now += 119_000;
    expect(issuer.verifier.verify(late)).toBeDefined();
  });

  it('is verified once, and answered at once after that', () => {
    const { issuer } = start({ clock: Date.now });
    const token = issuer.issue();
    const first = issuer.verifier.verify(token);

    // Each call brings its own copy of the text.
    expect(issuer.verifier.verify(Buffer.from(token).toString())).toBe(first);
  });
});

describe('a token that is refused', () => {
  it.each([
    ['of no parts', '', 'TOKEN_MALFORMED'],
    ['that is no JWT', 'not.a.jwt', 'TOKEN_MALFORMED'],
    ['of two parts', 'a.b', 'TOKEN_MALFORMED'],
    ['over 8 KiB', 'x'.repeat(9000), 'TOKEN_MALFORMED: the bearer token is not a token of this platform: it is longer'],
  ])('%s', (_, token, problem) => {
    expect(refusal(start().issuer, token)).toContain(problem);
  });

  it('without a signature', () => {
    const { issuer } = start();
    const unsigned = `${b64({ alg: 'none', typ: 'at+jwt', kid: issuer.keyId })}.${b64(issuer.payload())}.`;

    expect(refusal(issuer, unsigned)).toContain('TOKEN_INVALID: the token was not accepted: its algorithm');
  });

  it('signed with the public key as if it were a password', () => {
    const { issuer } = start();
    const pem = issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const header = { alg: 'HS256' as const, typ: 'at+jwt', kid: issuer.keyId };
    const forged = jwt.sign(issuer.payload(), pem, { algorithm: 'HS256', header });

    expect(refusal(issuer, forged)).toContain('its algorithm is not accepted');
  });

  it('signed with another algorithm than its key has', () => {
    const { issuer } = start();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { alg: 'RS256' as const, typ: 'at+jwt', kid: issuer.keyId };
    const forged = jwt.sign(issuer.payload(), privateKey, { algorithm: 'RS256', header });

    expect(refusal(issuer, forged)).toContain('its algorithm is not that of its key');
  });

  it.each(['jwk', 'jku', 'x5u', 'x5c', 'crit'])('that brings a key or more along in its header: %s', (name) => {
    const { issuer } = start();

    expect(refusal(issuer, issuer.sign(issuer.payload(), { [name]: issuer.jwk }))).toContain(
      'its header carries what is not accepted',
    );
  });

  it('signed by somebody else under the name of our key', () => {
    const { issuer } = start();

    expect(refusal(issuer, start().issuer.issue())).toContain('its signature is wrong');
  });

  it.each([
    ['of another type', { typ: 'JWT' }, 'it is not an access token'],
    ['of no type', { typ: undefined }, 'it is not an access token'],
    ['of a list of types', { typ: ['at+jwt'] }, 'it is not an access token'],
    ['of a type in other letters', { typ: 'AT+JWT' }, 'it is not an access token'],
    ['of an unknown key', { kid: 'other' }, 'the key that signed it is not known'],
    ['of a key in other letters', { kid: 'Test-key' }, 'the key that signed it is not known'],
    ['of no key', { kid: undefined }, 'it names no key'],
  ])('%s', (_, header, problem) => {
    const { issuer } = start();

    expect(refusal(issuer, issuer.sign(issuer.payload(), header))).toContain(
      `TOKEN_INVALID: the token was not accepted: ${problem}`,
    );
  });

  it.each([
    ['issued by somebody else', { iss: 'https://weir' }, 'somebody else issued it'],
    ['issued by somebody with a similar name', { iss: 'Weir' }, 'somebody else issued it'],
    ['of no issuer', { iss: undefined }, 'its claim iss is missing or wrong'],
    ['for other services', { aud: ['audit', 'registry2'] }, 'it is not for registry'],
    ['for nobody', { aud: [] }, 'its claim aud is missing or wrong'],
    ['without an audience', { aud: undefined }, 'its claim aud is missing or wrong'],
    ['without an end', { exp: undefined }, 'its claim exp is missing or wrong'],
    ['without a time of issue', { iat: undefined }, 'its claim iat is missing or wrong'],
    ['without a beginning', { nbf: undefined }, 'its claim nbf is missing or wrong'],
    ['with an end that is text', { exp: '9999999999' }, 'its claim exp is missing or wrong'],
    ['without an id', { jti: undefined }, 'its claim jti is missing or wrong'],
    ['without a kind', { kind: 'robot' }, 'its claim kind is missing or wrong'],
    ['of a subject that is no principal', { sub: 'tenants/acme' }, 'its claim sub is missing or wrong'],
    ['of a tenant with a look-alike letter', { tenant: 'аcme' }, 'its claim tenant is missing or wrong'],
    ['of a subject in another tenant', { tenant: 'other' }, 'its subject is not of its tenant'],
    ['of a platform principal with a tenant', { sub: 'principals/admin' }, 'its subject is not of its tenant'],
    ['of a tenant’s principal without a tenant', { tenant: undefined }, 'its subject is not of its tenant'],
    [
      'that is valid for too long',
      { exp: Date.parse('2026-03-03T12:00:00Z') / 1000 },
      'its lifetime is not within 24 hours',
    ],
    [
      'that ends before it begins',
      { exp: Date.parse('2026-03-01T12:00:00Z') / 1000 },
      'its lifetime is not within 24 hours',
    ],
    ['with permissions that are text', { permissions: 'admin' }, 'its claim permissions is missing or wrong'],
  ])('%s', (_, raw, problem) => {
    const { issuer } = start();

    expect(refusal(issuer, issuer.issue({ raw }))).toContain(problem);
  });

  it('in which more than four principals act', () => {
    const { issuer } = start();
    const actors = Array.from({ length: 5 }, () => 'principals/agent');

    expect(refusal(issuer, issuer.issue({ actors }))).toContain('more than 4 principals act in it');
  });

  it('that has expired, also when it was accepted before', () => {
    const { issuer, time } = start();
    const token = issuer.issue();
    expect(refusal(issuer, token)).toBe('accepted');

    time.now += HOUR + 60_000;

    expect(refusal(issuer, token)).toBe('TOKEN_EXPIRED: the token expired at 2026-03-01T13:00:00.000Z');
    expect(refusal(issuer, issuer.issue({ raw: { exp: time.now / 1000 - 60, iat: time.now / 1000 - 90 } }))).toContain(
      'TOKEN_EXPIRED',
    );
  });

  it.each(['nbf', 'iat'])('that does not count yet, by its %s', (claim) => {
    const { issuer, time } = start();

    expect(refusal(issuer, issuer.issue({ raw: { [claim]: time.now / 1000 + 61 } }))).toBe(
      'TOKEN_NOT_YET_VALID: the token is valid from 2026-03-01T12:01:01.000Z',
    );
  });

  it('that was changed anywhere', () => {
    const { issuer } = start();
    const token = issuer.issue();
    const [header = '', , signature = ''] = token.split('.');
    const promoted = b64({ ...issuer.payload(), permissions: ['admin'] });

    expect(refusal(issuer, `${header}.${promoted}.${signature}`)).toContain('its signature is wrong');
    expect(refusal(issuer, `${token.slice(0, -4)}AAAA`)).toContain('TOKEN_');
  });

  it('that is one of ours in other letters, after ours was accepted', () => {
    const { issuer } = start();
    const token = issuer.issue();
    expect(refusal(issuer, token)).toBe('accepted');

    const others = Array.from(token, (letter, at) => ({ letter, at })).flatMap(({ letter, at }) => {
      const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
      return other === letter ? [] : [`${token.slice(0, at)}${other}${token.slice(at + 1)}`];
    });

    expect(others.map((other) => refusal(issuer, other)).filter((answer) => answer === 'accepted')).toEqual([]);
  });

  it.each([0, 1, 29, 63, 65, 128])('whose signature has %i bytes', (length) => {
    const { issuer } = start();
    const [header = '', payload = ''] = issuer.issue().split('.');
    const signature = Buffer.alloc(length, 7).toString('base64url');

    expect(refusal(issuer, `${header}.${payload}.${signature}`)).toContain('its signature is wrong');
  });

  it('that spells its signature in another way', () => {
    const { issuer } = start();
    const token = issuer.issue();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1) ?? '');
    const sameBytes = `${token.slice(0, -1)}${alphabet[last + 1] ?? ''}`;

    expect(signatureOf(sameBytes)).toEqual(signatureOf(token));
    expect(refusal(issuer, sameBytes)).toContain('TOKEN_MALFORMED');
    expect(refusal(issuer, `${token}=`)).toContain('TOKEN_MALFORMED');
  });
});
