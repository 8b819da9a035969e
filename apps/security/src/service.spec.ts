import { Permission } from '@weir/contracts/options';
import {
  ClientSecretState,
  PrincipalServiceDefinition,
  PrincipalState,
  Role,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';
import { refusal, soon, violations } from './testing/refusal.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const principalsAs = (token: string) => security.client(PrincipalServiceDefinition, token);
const tokensAs = (token?: string) => security.client(TokenServiceDefinition, token);

describe('principals', () => {
  it('are created, read, listed and changed by an administrator of their tenant', async () => {
    const principals = principalsAs(await security.tokenFor('acme', 'chief', Role.DATA_ADMIN));
    const draft = { kind: 2, displayName: 'Nightly load', roles: [Role.DATA_ENGINEER, Role.DATA_VIEWER] } as const;

    const created = await principals.createPrincipal({ parent: 'tenants/acme', principalId: 'etl', principal: draft });

    expect(created.principal).toMatchObject({
      name: 'tenants/acme/principals/etl',
      permissions: [Permission.READ, Permission.WRITE, Permission.PIPELINE],
      state: PrincipalState.ACTIVE,
    });
    expect(await principals.getPrincipal({ name: 'tenants/acme/principals/etl' })).toEqual(created);
    const page = await principals.listPrincipals({ parent: 'tenants/acme', role: Role.DATA_ENGINEER });
    expect(page.principals).toEqual([created.principal]);
    const renamed = await principals.updatePrincipal({
      principal: { ...created.principal, displayName: 'Hourly load', roles: [] },
      updateMask: ['display_name'],
    });
    expect(renamed.principal).toMatchObject({ displayName: 'Hourly load', roles: draft.roles });
    expect(renamed.principal?.etag).not.toBe(created.principal?.etag);
  });

  it('list in pages that are bound to their query', async () => {
    const principals = principalsAs(security.adminToken);
    const first = await principals.listPrincipals({ pageSize: 4 });
    const rest = await principals.listPrincipals({ pageSize: 4, pageToken: first.nextPageToken });

    const names = [...first.principals, ...rest.principals].map(({ name }) => name);
    expect(names).toEqual(
      ['admin', 'agent', 'audit', 'deployment', 'registry', 'security'].map((id) => `principals/${id}`),
    );
    expect(rest.nextPageToken).toBe('');
    const other = principals.listPrincipals({ pageSize: 4, parent: 'tenants/acme', pageToken: first.nextPageToken });
    expect(await refusal(other)).toBe('PAGE_TOKEN_INVALID');
  });

  it('list every broken field', async () => {
    const broken = principalsAs(security.adminToken).createPrincipal({
      parent: 'tenants/acme',
      principalId: 'Etl!',
      principal: { kind: 0, displayName: '', roles: [] },
    });

    const fields = await violations(broken);
    expect(fields).toEqual(['principal_id', 'principal.kind', 'principal.display_name', 'principal.roles']);
  });

  it('never share an id, and answer a repeated request alike', async () => {
    const principals = principalsAs(security.adminToken);
    const request = {
      parent: 'tenants/acme',
      principalId: 'twice',
      principal: { kind: 1, displayName: 'Once', roles: [Role.DATA_VIEWER] },
      requestId: '5f0c1b36-29b5-4c0e-9a6e-3a5f3c0c1a11',
    } as const;

    const [first, repeated] = await Promise.all([
      principals.createPrincipal(request),
      principals.createPrincipal(request),
    ]);

    expect(repeated).toEqual(first);
    expect(await refusal(principals.createPrincipal({ ...request, requestId: '' }))).toBe('PRINCIPAL_EXISTS');
  });

  it('need a tenant that is there, and roles that fit it', async () => {
    const principals = principalsAs(security.adminToken);
    const create = (parent: string, roles: readonly Role[]) =>
      principals.createPrincipal({ parent, principalId: 'misfit', principal: { kind: 2, displayName: 'x', roles } });

    expect(await refusal(create('tenants/nowhere', [Role.DATA_VIEWER]))).toBe('TENANT_NOT_FOUND');
    expect(await refusal(create('tenants/acme', [Role.PLATFORM_ADMIN]))).toBe('ROLE_NOT_ALLOWED');
    expect(await refusal(create('', [Role.DATA_ADMIN]))).toBe('ROLE_NOT_ALLOWED');
    expect(await refusal(create('', [Role.PLATFORM_ADMIN, Role.SERVICE]))).toBe('ROLE_NOT_ALLOWED');
  });

  it('change nothing with validate_only', async () => {
    const principals = principalsAs(security.adminToken);
    const draft = { kind: 2, displayName: 'Ghost', roles: [Role.DATA_VIEWER] } as const;

    await principals.createPrincipal({
      parent: 'tenants/acme',
      principalId: 'ghost',
      principal: draft,
      validateOnly: true,
    });

    expect(await refusal(principals.getPrincipal({ name: 'tenants/acme/principals/ghost' }))).toBe(
      'PRINCIPAL_NOT_FOUND',
    );
  });

  it('refuse a change of what has changed since', async () => {
    const principals = principalsAs(security.adminToken);
    const { name } = await security.enroll('acme', 'stale', [Role.DATA_VIEWER]);
    const { principal } = await principals.getPrincipal({ name });
    const rename = (displayName: string) =>
      principals.updatePrincipal({ principal: { ...principal, displayName }, updateMask: ['display_name'] });

    await rename('first');

    expect(await refusal(rename('second'))).toBe('ETAG_MISMATCH');
  });

  it('of another tenant are out of reach, there or not', async () => {
    await security.enroll('globex', 'theirs', [Role.DATA_VIEWER]);
    const principals = principalsAs(await security.tokenFor('acme', 'spy', Role.DATA_ADMIN));

    for (const id of ['theirs', 'nobody']) {
      expect(await refusal(principals.getPrincipal({ name: `tenants/globex/principals/${id}` }))).toBe(
        'FOREIGN_TENANT',
      );
    }
    expect(await refusal(principals.getPrincipal({ name: 'principals/admin' }))).toBe('INVALID_ARGUMENT');
  });

  it('always leave one that administers the platform', async () => {
    const principals = principalsAs(security.adminToken);
    const disable = () => principals.disablePrincipal({ name: 'principals/admin', reason: 'locked out' });

    expect(await refusal(disable())).toBe('LAST_PLATFORM_ADMIN');
    const demote = principals.updatePrincipal({
      principal: { name: 'principals/admin', roles: [Role.SERVICE] },
      updateMask: ['roles'],
    });
    expect(await refusal(demote)).toBe('LAST_PLATFORM_ADMIN');
  });

  it('leave an event with who was changed and why, in the transaction of the change', async () => {
    const { name } = await security.enroll('acme', 'leaver', [Role.DATA_VIEWER]);

    await principalsAs(security.adminToken).disablePrincipal({ name, reason: 'left the company' });

    const event = await soon(() =>
      security.delivered.find(({ resource, type }) => resource === name && type === 'disable_principal'),
    );
    expect(event).toMatchObject({
      tenant: 'tenants/acme',
      principal: 'principals/admin',
      details: { reason: 'left the company' },
    });
  });
});

describe('client secrets', () => {
  it('are shown once, listed with their use, and useless once revoked', async () => {
    const { name, secret } = await security.enroll('acme', 'secretive', [Role.DATA_VIEWER]);
    const principals = principalsAs(security.adminToken);
    expect(secret).toMatch(/^[\x21-\x7e]{60,128}$/);

    await tokensAs().issueToken({ clientId: name, clientSecret: secret });
    const { clientSecrets } = await principals.listClientSecrets({ parent: name });

    expect(clientSecrets).toHaveLength(1);
    expect(JSON.stringify(clientSecrets)).not.toContain(secret.slice(-20));
    expect(clientSecrets[0]?.lastUsedAt).toBeInstanceOf(Date);
    const revoked = await principals.revokeClientSecret({ name: clientSecrets[0]?.name ?? '', reason: 'rotated' });
    expect(revoked.clientSecret?.state).toBe(ClientSecretState.REVOKED);
    expect(await refusal(tokensAs().issueToken({ clientId: name, clientSecret: secret }))).toBe('INVALID_CLIENT');
    expect((await principals.listClientSecrets({ parent: name })).clientSecrets).toEqual([]);
    expect((await principals.listClientSecrets({ parent: name, showUnusable: true })).clientSecrets).toHaveLength(1);
  });

  it('are at most ten, also when made at the same time', async () => {
    const { name } = await security.enroll('acme', 'hoarder', [Role.DATA_VIEWER]);
    const principals = principalsAs(security.adminToken);

    const made = await Promise.all(
      Array.from({ length: 12 }, () => refusal(principals.createClientSecret({ parent: name }))),
    );

    expect(made.filter((reason) => reason === undefined)).toHaveLength(9);
    expect(made.filter((reason) => reason === 'TOO_MANY_SECRETS')).toHaveLength(3);
  });

  it('are nowhere in the database', async () => {
    const { name, secret } = await security.enroll('acme', 'plain', [Role.DATA_VIEWER]);
    await tokensAs().issueToken({ clientId: name, clientSecret: secret });
    const rows = await security.database.within({ tenant: undefined }, async (tx) => ({
      secrets: await tx.selectFrom('client_secrets').selectAll().execute(),
      answers: await tx.selectFrom('request_answers').selectAll().execute(),
    }));

    const text = JSON.stringify(rows, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : Buffer.isBuffer(value) ? value.toString('latin1') : value,
    );
    expect(text).not.toContain(secret.slice(-43));
    expect(rows.secrets.every(({ hash }) => hash.startsWith('scrypt:'))).toBe(true);
  });
});
