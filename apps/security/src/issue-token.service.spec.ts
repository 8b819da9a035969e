import { Permission } from '@weir/contracts/options';
import { TenantState } from '@weir/contracts/registry';
import { PrincipalServiceDefinition, Role, TokenServiceDefinition } from '@weir/contracts/security';
import { refusal } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const principalsAs = (token: string) => security.client(PrincipalServiceDefinition, token);
const tokensAs = (token?: string) => security.client(TokenServiceDefinition, token);

describe('tokens', () => {
  it('say who their principal is and what it may do', async () => {
    const { name, secret } = await security.enroll('acme', 'bearer', [Role.DATA_ANALYST]);

    const token = await tokensAs().issueToken({ clientId: name, clientSecret: secret });

    expect(token).toMatchObject({
      tokenType: 'Bearer',
      claims: { subject: name, tenant: 'tenants/acme', clientId: name },
    });
    expect(token.claims?.permissions).toEqual([Permission.READ, Permission.QUERY]);
    const lifetime = Number(token.claims?.expiresAt) - Number(token.claims?.issuedAt);
    expect(lifetime).toBe(8 * 3_600_000);
    const found = await tokensAs(security.adminToken).introspectToken({ token: token.accessToken });
    expect(found).toEqual({ active: true, claims: token.claims });
    expect(found.claims?.scope).toBe('read query');
  });

  it('are narrowed on request and never widened', async () => {
    const { name: clientId, secret: clientSecret } = await security.enroll('acme', 'narrow', [Role.DATA_ENGINEER]);
    const issue = (permissions: Permission[], audiences: string[] = [], hours?: number) =>
      tokensAs().issueToken({
        clientId,
        clientSecret,
        permissions,
        audiences,
        lifetime: hours === undefined ? undefined : { seconds: BigInt(hours * 3600) },
      });

    const narrowed = await issue([Permission.READ], ['agent'], 1);

    expect(narrowed.claims).toMatchObject({ permissions: [Permission.READ], scope: 'read', audiences: ['agent'] });
    expect(await refusal(issue([Permission.ADMIN]))).toBe('INVALID_SCOPE');
    expect(await refusal(issue([], ['mail']))).toBe('INVALID_ARGUMENT');
    expect(await refusal(issue([], [], 25))).toBe('INVALID_ARGUMENT');
    const elsewhere = principalsAs(narrowed.accessToken).getPrincipal({ name: clientId });
    expect(await refusal(elsewhere)).toBe('TOKEN_INVALID');
  });

  it('are refused in the same words for an unknown client, a wrong secret and a disabled principal', async () => {
    const { name, secret } = await security.enroll('acme', 'closed', [Role.DATA_VIEWER]);
    await principalsAs(security.adminToken).disablePrincipal({ name, reason: 'test' });
    const attempts = [
      { clientId: name, clientSecret: secret },
      { clientId: 'tenants/acme/principals/nobody', clientSecret: secret },
      { clientId: 'principals/admin', clientSecret: `${secret.slice(0, -1)}A` },
      { clientId: 'principals/security', clientSecret: 'x' },
      { clientId: "'; drop table principals; --", clientSecret: 'x' },
    ];

    const errors = await Promise.all(
      attempts.map((request) =>
        tokensAs()
          .issueToken(request)
          .catch((error: unknown) => error),
      ),
    );

    expect(new Set(errors.map((error) => (error instanceof Error ? error.message : error))).size).toBe(1);
    expect(errors[0]).toMatchObject({ reason: 'INVALID_CLIENT' });
  });

  it('are not issued for a tenant that is suspended or gone, which only who knows the secret is told', async () => {
    const { name: clientId, secret } = await security.enroll('globex', 'idle', [Role.DATA_VIEWER]);
    const issue = (clientSecret: string) => refusal(tokensAs().issueToken({ clientId, clientSecret }));

    security.tenants.set('globex', TenantState.SUSPENDED);
    expect([await issue(secret), await issue('wrong')]).toEqual(['TENANT_SUSPENDED', 'INVALID_CLIENT']);
    security.tenants.set('globex', TenantState.DELETED);
    expect(await issue(secret)).toBe('TENANT_DELETED');
    security.tenants.set('globex', TenantState.ACTIVE);
    expect(await issue(secret)).toBeUndefined();
  });

  it('slow down who guesses, without locking out who knows', async () => {
    const { name: clientId, secret } = await security.enroll('acme', 'target', [Role.DATA_VIEWER]);
    await tokensAs().issueToken({ clientId, clientSecret: secret });

    const guesses = Array.from({ length: 14 }, (_, index) =>
      tokensAs()
        .issueToken({ clientId, clientSecret: `guess ${index}` })
        .catch((error: unknown) => error),
    );
    const errors = await Promise.all(guesses);

    const slowed = errors.filter((error) => reasonOf(error) === 'TOO_MANY_ATTEMPTS');
    expect(slowed).toHaveLength(4);
    expect(slowed[0]).toMatchObject({ details: { retryAfterMs: expect.any(Number) } });
    expect(await refusal(tokensAs().issueToken({ clientId, clientSecret: secret }))).toBeUndefined();
  });
});

const reasonOf = (error: unknown): unknown => (error instanceof Error && 'reason' in error ? error.reason : undefined);
