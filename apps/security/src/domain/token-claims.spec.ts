import { Permission } from '@weir/contracts/options';
import { PrincipalKind, Role } from '@weir/contracts/security';
import { factsOf, payloadOf, type TokenFacts } from './token-claims.ts';

const facts: TokenFacts = {
  issuer: 'weir',
  subject: 'tenants/acme/principals/etl',
  kind: PrincipalKind.SERVICE_ACCOUNT,
  tenant: 'acme',
  audiences: ['agent', 'registry'],
  tokenId: '6a0a94a4-70b0-44f3-a0b4-3e6a8e4f0d10',
  issuedAt: new Date('2026-03-01T10:00:00Z'),
  expiresAt: new Date('2026-03-01T18:00:00Z'),
  clientId: 'principals/agent',
  roles: [Role.DATA_ENGINEER],
  permissions: [Permission.READ, Permission.PIPELINE],
  authenticationMethods: ['pwd'],
  actors: ['principals/agent', 'principals/deployment'],
};

describe('the claims of a token', () => {
  it('nest actors as RFC 8693 does, the latest outermost', () => {
    expect(payloadOf(facts)).toMatchObject({
      iss: 'weir',
      sub: 'tenants/acme/principals/etl',
      aud: ['agent', 'registry'],
      tenant: 'acme',
      roles: ['data_engineer'],
      permissions: ['read', 'pipeline'],
      scope: 'read pipeline',
      kind: 'service_account',
      act: { sub: 'principals/agent', act: { sub: 'principals/deployment' } },
    });
  });

  it('read back as what they were written from', () => {
    expect(factsOf(payloadOf(facts))).toEqual(facts);
  });

  it('leave out what is not there', () => {
    const payload = payloadOf({ ...facts, tenant: '', actors: [] });

    expect(Object.keys(payload)).not.toEqual(expect.arrayContaining(['tenant']));
    expect(payload.act).toBeUndefined();
  });
});
