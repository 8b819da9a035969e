import { refusal, start } from '../testing/refusal.ts';

describe('a token that was revoked', () => {
  const issuedBefore = new Date('2026-03-01T12:00:01Z');
  const subject = 'tenants/acme/principals/tester';

  it.each([
    ['by its id', { target: { $case: 'tokenId', value: 'one' }, tenant: 'tenants/acme' }],
    ['by its principal', { target: { $case: 'principal', value: subject }, tenant: 'tenants/acme', issuedBefore }],
    ['by who acts in it', { target: { $case: 'principal', value: 'principals/agent' }, issuedBefore }],
    ['by its tenant', { target: { $case: 'wholeTenant', value: true }, tenant: 'tenants/acme', issuedBefore }],
    ['by its key', { target: { $case: 'keyId', value: 'test-key' } }],
  ] as const)('%s is refused, also when it was accepted before', (_, revocation) => {
    const { issuer } = start();
    const claims = { tokenId: 'one', subject, actors: ['principals/agent'] };
    const token = issuer.issue(claims);
    expect(refusal(issuer, token)).toBe('accepted');

    issuer.revoke(revocation);

    expect(refusal(issuer, token)).toBe('TOKEN_REVOKED: the token was revoked');
    expect(refusal(issuer, token)).toContain('TOKEN_REVOKED');
    expect(refusal(issuer, issuer.issue({ ...claims, permissions: [] }))).toContain('TOKEN_REVOKED');
  });

  it.each([
    ['another token', { target: { $case: 'tokenId', value: 'two' }, tenant: 'tenants/acme' }],
    ['a token of this id in another tenant', { target: { $case: 'tokenId', value: 'one' }, tenant: 'tenants/other' }],
    ['another principal', { target: { $case: 'principal', value: 'tenants/acme/principals/other' }, issuedBefore }],
    ['another tenant', { target: { $case: 'wholeTenant', value: true }, tenant: 'tenants/other', issuedBefore }],
    ['another key', { target: { $case: 'keyId', value: 'other' } }],
    [
      'what was issued before',
      { target: { $case: 'principal', value: subject }, issuedBefore: new Date('2026-03-01T12:00:00Z') },
    ],
  ] as const)('is not one when %s was', (_, revocation) => {
    const { issuer } = start();
    const token = issuer.issue({ tokenId: 'one' });

    issuer.revoke(revocation);

    expect(refusal(issuer, token)).toBe('accepted');
  });
});
