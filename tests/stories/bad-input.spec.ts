import { TenantServiceDefinition, GetTenantRequest } from '@weir/contracts/registry';
import { Code, codeName } from '@weir/errors';
import { requestWith, unaryMethods } from './setup/hostile.ts';
import { rawClient, type RawClient } from './setup/raw-call.ts';
import { addressOf, administrator, sharedMesh, type Actor } from './setup/story.ts';

const GET_TENANT = '/weir.registry.v1.TenantService/GetTenant';
const PRECISE: ReadonlySet<number> = new Set([
  Code.INVALID_ARGUMENT,
  Code.NOT_FOUND,
  Code.PERMISSION_DENIED,
  Code.UNAUTHENTICATED,
  Code.FAILED_PRECONDITION,
  Code.OUT_OF_RANGE,
  Code.UNIMPLEMENTED,
  // On the wire already: with long texts in many fields some messages are over 4 MiB.
  Code.RESOURCE_EXHAUSTED,
]);

describe('bad input', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let token: string;
  const clients = new Map<string, RawClient>();
  const clientOf = (service: string): RawClient => {
    const client = clients.get(service) ?? rawClient(addressOf(mesh, service));
    clients.set(service, client);
    return client;
  };

  beforeAll(async () => {
    admin = administrator(mesh);
    token = await admin.token();
  });

  afterAll(async () => {
    for (const client of clients.values()) client[Symbol.dispose]();
    await admin[Symbol.asyncDispose]();
  });

  it.each([
    ['SQL', `x'; drop table tenants; --`],
    ['SQL that quotes its way out', `') or 1=1 union select * from pg_catalog.pg_authid --`],
    ['the character NUL', 'a\0b'],
    ['a Cyrillic look-alike', 'tenants/асme'],
    ['a right-to-left override', 'tenants/\u202eemca'],
    ['a path that climbs', '../../../etc/passwd'],
    ['a template', '${jndi:ldap://x}{{7*7}}%s%n'],
    ['300,000 characters', 'a'.repeat(300_000)],
  ])('in every text of every request, %s gets a precise refusal and breaks nothing', async (_, text) => {
    const imprecise: string[] = [];
    for (const method of unaryMethods()) {
      const service = method.parent.typeName.split('.')[1] ?? '';
      const path = `/${method.parent.typeName}/${method.name}`;
      if (path.includes('WorkerService')) continue;
      const outcome = await clientOf(service).unary(path, requestWith(method, text), token, { deadlineMs: 20_000 });
      const named = outcome.error !== undefined || outcome.code === Code.RESOURCE_EXHAUSTED;
      if (outcome.code === Code.OK || (PRECISE.has(outcome.code) && named)) continue;
      imprecise.push(`${path}: ${codeName(outcome.code)} ${outcome.message.slice(0, 120)}`);
    }
    expect(imprecise).toEqual([]);
  });

  it('answers bytes that are no message with MALFORMED_MESSAGE', async () => {
    const outcome = await clientOf('registry').unary(GET_TENANT, Buffer.from([0x0a, 0xff, 0x01]), token);

    expect(outcome).toMatchObject({ code: Code.INVALID_ARGUMENT, error: { reason: 'MALFORMED_MESSAGE' } });
  });

  it('answers an unknown method with UNIMPLEMENTED and counts it', async () => {
    const outcome = await clientOf('registry').unary('/weir.registry.v1.TenantService/Explode', Buffer.alloc(0), token);

    expect(outcome.code).toBe(Code.UNIMPLEMENTED);
    const metrics = await fetch(`http://127.0.0.1:${mesh.ops['registry']}/metrics`);
    expect(await metrics.text()).toMatch(/rpc_wire_refused_total\{code="12"[^}]*\} [1-9]/);
  });

  it('refuses a message of 5 MiB with its size and the limit', async () => {
    const request = GetTenantRequest.encode({ name: 'a'.repeat(5 * 1024 * 1024) }).finish();

    const outcome = await clientOf('registry').unary(GET_TENANT, request, token);

    expect(outcome.code).toBe(Code.RESOURCE_EXHAUSTED);
    expect(outcome.message).toMatch(/larger than max/);
  });

  it('lists every broken field of a request at once', async () => {
    const refused = admin
      .client(TenantServiceDefinition)
      .createTenant({ tenantId: 'A!', tenant: { displayName: '', tier: 0 } });

    const violations = ['tenant_id', 'tenant.display_name', 'tenant.tier'].map((field) => ({ field }));
    await expect(refused).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      details: { violations: expect.arrayContaining(violations.map(expect.objectContaining)) as unknown },
    });
  });

  it('refuses ids that are empty, too long, in capitals or look-alikes', async () => {
    const tenants = admin.client(TenantServiceDefinition);
    for (const id of ['', 'ab', 'a'.repeat(64), 'Acme', 'acmé', 'аcme', 'acme-', '1acme', 'a_b']) {
      await expect(tenants.getTenant({ name: `tenants/${id}` })).rejects.toMatchObject({ code: Code.INVALID_ARGUMENT });
    }
  });

  it('refuses a page token of another query', async () => {
    const tenants = admin.client(TenantServiceDefinition);
    for (const id of ['page-one', 'page-two']) {
      await tenants.createTenant({
        tenantId: id,
        tenant: { displayName: id, tier: 1, allowedEnvironments: [1], clearanceCeiling: 1 },
      });
    }
    const { nextPageToken } = await tenants.listTenants({ pageSize: 1 });
    expect(nextPageToken).not.toBe('');

    const stolen = tenants.listTenants({ pageSize: 1, pageToken: nextPageToken, showDeleted: true });

    await expect(stolen).rejects.toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
  });
});
