import { PrincipalServiceDefinition, Role, TokenServiceDefinition } from '@weir/contracts/security';
import { randomUUID } from 'node:crypto';
import { refusal, soon } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';
import { watch } from './testing/watch.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const principalsAs = (token: string) => security.client(PrincipalServiceDefinition, token);
const tokensAs = (token?: string) => security.client(TokenServiceDefinition, token);
const admin = () => tokensAs(security.adminToken);
const counts = async (token: string): Promise<boolean> => (await admin().introspectToken({ token })).active;
const issue = async (clientId: string, clientSecret: string): Promise<string> =>
  (await tokensAs().issueToken({ clientId, clientSecret })).accessToken;

describe('a revoked token', () => {
  it('is refused from the next call on, by everyone who asks', async () => {
    const token = await security.tokenFor('acme', 'holder', Role.DATA_VIEWER);

    const revoked = await tokensAs(token).revokeToken({
      tenant: 'tenants/acme',
      target: { $case: 'token', value: token },
    });

    expect(revoked.revocation?.target?.$case).toBe('tokenId');
    expect(revoked.revision).toBeGreaterThan(0n);
    expect(await counts(token)).toBe(false);
    const call = principalsAs(token).getPrincipal({ name: 'tenants/acme/principals/holder' });
    expect(await refusal(call)).toBe('TOKEN_REVOKED');
  });

  it('is in the snapshot that a watch begins with', async () => {
    const tokenId = randomUUID();
    await admin().revokeToken({ tenant: 'tenants/acme', target: { $case: 'tokenId', value: tokenId } });

    const ending = new AbortController();
    for await (const { event } of admin().watchRevocations({ revision: 0n }, { signal: ending.signal })) {
      if (event?.$case !== 'snapshot') continue;
      const targets = event.value.revocations.map(({ target }) => target?.value);
      expect(targets).toContain(tokenId);
      break;
    }
  });

  it('can be revoked again, which changes nothing', async () => {
    const request = { tenant: 'tenants/acme', target: { $case: 'tokenId', value: randomUUID() } } as const;

    const [first, second] = await Promise.all([admin().revokeToken(request), admin().revokeToken(request)]);

    expect(second).toEqual(first);
  });

  it('can be another one only for an administrator', async () => {
    const viewer = await security.tokenFor('acme', 'meddler', Role.DATA_VIEWER);
    const other = await security.tokenFor('acme', 'victim', Role.DATA_VIEWER);
    const revoke = (target: NonNullable<Parameters<ReturnType<typeof tokensAs>['revokeToken']>[0]['target']>) =>
      refusal(tokensAs(viewer).revokeToken({ tenant: 'tenants/acme', target }));

    expect(await revoke({ $case: 'tokenId', value: randomUUID() })).toBe('PERMISSION_MISSING');
    expect(await revoke({ $case: 'principal', value: 'tenants/acme/principals/victim' })).toBe('PERMISSION_MISSING');
    expect(await revoke({ $case: 'wholeTenant', value: true })).toBe('PERMISSION_MISSING');
    expect(await revoke({ $case: 'token', value: other })).toBeUndefined();
    expect(await revoke({ $case: 'principal', value: 'tenants/acme/principals/meddler' })).toBeUndefined();
  });

  it('of another tenant, malformed or forged revokes nothing and is no error', async () => {
    const foreign = await security.tokenFor('globex', 'foreign', Role.DATA_VIEWER);
    const mine = await security.tokenFor('acme', 'honest', Role.DATA_ADMIN);
    const forged = `${foreign.slice(0, -4)}AAAA`;

    for (const value of [foreign, forged, 'not a token']) {
      const { revocation, revision } = await tokensAs(mine).revokeToken({
        tenant: 'tenants/acme',
        target: { $case: 'token', value },
      });
      expect([revocation, revision]).toEqual([undefined, 0n]);
    }
    expect(await counts(foreign)).toBe(true);
    const named = { $case: 'principal', value: 'tenants/globex/principals/foreign' } as const;
    expect(await refusal(tokensAs(mine).revokeToken({ tenant: 'tenants/acme', target: named }))).toBe(
      'PRINCIPAL_NOT_FOUND',
    );
    const theirs = tokensAs(mine).revokeToken({
      tenant: 'tenants/globex',
      target: { $case: 'wholeTenant', value: true },
    });
    expect(await refusal(theirs)).toBe('FOREIGN_TENANT');
  });
});

describe('all tokens of a principal', () => {
  it('stop counting at once, and those issued after count at once', async () => {
    const { name, secret } = await security.enroll('acme', 'renewed', [Role.DATA_VIEWER]);
    for (let round = 0; round < 2; round += 1) {
      const before = await issue(name, secret);
      await admin().revokeToken({ tenant: 'tenants/acme', target: { $case: 'principal', value: name } });
      const after = await issue(name, secret);

      expect([await counts(before), await counts(after)]).toEqual([false, true]);
    }
  });

  it('never survive a revocation that they race with', async () => {
    const { name, secret } = await security.enroll('acme', 'racer', [Role.DATA_VIEWER]);
    const target = { $case: 'principal', value: name } as const;
    let isRevoked = false;
    const issued = Array.from({ length: 20 }, async () => {
      const token = await issue(name, secret);
      return { token, mustBeDead: !isRevoked };
    });

    await admin().revokeToken({ tenant: 'tenants/acme', target });
    isRevoked = true;

    // What was answered before the revocation was must be dead; what came later may be either, but says so itself.
    for (const { token, mustBeDead } of await Promise.all(issued)) {
      const call = await refusal(principalsAs(token).getPrincipal({ name }));
      if (mustBeDead) expect(call).toBe('TOKEN_REVOKED');
      expect(await counts(token)).toBe(call === undefined);
    }
  });

  it('stop counting when it is disabled or loses a role', async () => {
    const { name, secret } = await security.enroll('acme', 'demoted', [Role.DATA_ENGINEER, Role.DATA_ANALYST]);
    const first = await issue(name, secret);
    const principals = principalsAs(security.adminToken);

    const roles = { name, roles: [Role.DATA_ANALYST] };
    await principals.updatePrincipal({ principal: roles, updateMask: ['roles'] });
    const second = await issue(name, secret);
    expect([await counts(first), await counts(second)]).toEqual([false, true]);

    await principals.disablePrincipal({ name, reason: 'test' });
    await principals.enablePrincipal({ name });
    expect(await counts(second)).toBe(false);
    expect(await counts(await issue(name, secret))).toBe(true);
  });

  it('stop counting together with those of their tenant', async () => {
    const [mine, theirs] = [
      await security.tokenFor('acme', 'member', Role.DATA_VIEWER),
      await security.tokenFor('globex', 'bystander', Role.DATA_VIEWER),
    ];

    await admin().revokeToken({ tenant: 'tenants/acme', target: { $case: 'wholeTenant', value: true } });

    expect([await counts(mine), await counts(theirs)]).toEqual([false, true]);
  });
});

describe('a watcher of revocations', () => {
  it('gets a snapshot, then each change, and bookmarks', async () => {
    const known = randomUUID();
    await admin().revokeToken({ tenant: 'tenants/acme', target: { $case: 'tokenId', value: known } });
    await using watcher = watch(admin(), 0n);
    await soon(() => (watcher.bookmarks > 0 ? true : undefined));
    expect(watcher.tokenIds.has(known)).toBe(true);

    const value = randomUUID();
    await admin().revokeToken({ tenant: 'tenants/acme', target: { $case: 'tokenId', value } });
    await soon(() => (watcher.tokenIds.has(value) ? true : undefined));

    expect(watcher.tokenIds.has(value)).toBe(true);
  });

  it('that is cut off at random and resumes ends equal to one that starts afresh', async () => {
    const ids = Array.from({ length: 60 }, () => randomUUID());
    const revoking = (async () => {
      for (const value of ids) await admin().revokeToken({ tenant: '', target: { $case: 'tokenId', value } });
    })();
    const seen = new Set<string>();
    let revision = 0n;
    while (!ids.every((id) => seen.has(id))) {
      await using watcher = watch(admin(), revision, seen);
      await soon(() => (watcher.messages > 3 || ids.every((id) => seen.has(id)) ? true : undefined));
      revision = watcher.revision;
    }
    await revoking;

    await using fresh = watch(admin(), 0n);
    await soon(() => (fresh.bookmarks > 0 ? true : undefined));
    expect(ids.filter((id) => !fresh.tokenIds.has(id))).toEqual([]);
    expect(revision).toBeLessThanOrEqual(fresh.revision);
  });

  it('is told to begin again when it is ahead of the service', async () => {
    await using watcher = watch(admin(), 1_000_000n);

    expect(await soon(() => watcher.end)).toMatchObject({ reason: 'REVISION_COMPACTED' });
  });

  it('is a platform administrator or a service, and stops with its token', async () => {
    await using stranger = watch(tokensAs(await security.tokenFor('acme', 'nosy', Role.DATA_ADMIN)), 0n);
    expect(await soon(() => stranger.end)).toMatchObject({ reason: 'PLATFORM_ONLY' });

    const short = await admin().exchangeToken({ subjectToken: security.adminToken, lifetime: { seconds: 1n } });
    await using brief = watch(tokensAs(short.accessToken), 0n);
    expect(await soon(() => brief.end)).toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });
});
