import { DatasetServiceDefinition, type UploadDatasetRequest } from '@weir/contracts/agent';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import type { DeepPartial } from '@weir/contracts';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { WeirError } from '@weir/errors';
import { bind } from '../handler.ts';
import { adminToken, serviceToken, startTestServer, tokenFor } from '../testing/index.ts';

async function start() {
  const parents: string[] = [];
  const server = await startTestServer({
    bindings: [
      bind(TenantServiceDefinition, {
        createTenant: async () => ({ tenant: undefined }),
        listTenants: async () => ({ tenants: [], nextPageToken: '' }),
      }),
      bind(AuditServiceDefinition, { recordEvents: async () => ({ events: [] }) }),
      bind(DatasetServiceDefinition, {
        async uploadDataset(requests) {
          for await (const { parent } of requests) parents.push(parent);
          return { dataset: undefined };
        },
      }),
    ],
  });
  return {
    ...server,
    tenants: server.client(TenantServiceDefinition, adminToken()),
    audit: server.client(AuditServiceDefinition, serviceToken('agent')),
    datasets: server.client(DatasetServiceDefinition, tokenFor()),
  };
}

const refusedFor = (...violations: object[]) => ({ reason: 'INVALID_ARGUMENT', details: { violations } });

async function* stream(...requests: DeepPartial<UploadDatasetRequest>[]) {
  for (const request of requests) {
    yield request;
    await Promise.resolve();
  }
}

describe('validate', () => {
  it('names every field with a NUL, however deep it is', async () => {
    await using server = await start();
    const tenant = { displayName: 'a\0b', limits: { customLimits: { 'x\0': 1n } } };

    await expect(server.tenants.createTenant({ tenantId: 'ok', tenant, requestId: '7' })).rejects.toMatchObject(
      refusedFor(
        { field: 'request_id', description: 'must be a UUID' },
        { field: 'tenant.display_name', description: 'must not contain the character U+0000' },
        { field: 'tenant.limits.custom_limits', description: 'must not contain the character U+0000' },
      ),
    );
  });

  it('refuses a negative page size and endless text', async () => {
    await using server = await start();

    await expect(server.tenants.listTenants({ pageSize: -1 })).rejects.toMatchObject(
      refusedFor({ field: 'page_size', description: 'must not be negative' }),
    );
    await expect(server.tenants.listTenants({ pageToken: 'x'.repeat(300_000) })).rejects.toMatchObject(
      refusedFor({ field: 'page_token', description: 'must have at most 262144 characters' }),
    );
  });

  it('takes names inside of a map or a structure for what they are', async () => {
    await using server = await start();
    const details = { requestId: 'order 66', pageSize: -1 };

    await server.audit.recordEvents({ events: [{ tenant: 'tenants/acme', details }] });
  });

  it('says no more than fifty times what is wrong', async () => {
    await using server = await start();
    const events = Array.from({ length: 2_000 }, () => ({ type: '\0' }));

    const error: unknown = await server.audit.recordEvents({ events }).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ reason: 'INVALID_ARGUMENT', metadata: { count: '50' } });
    expect(error instanceof WeirError && error.details.violations?.length).toBeGreaterThan(10);
  });

  it('looks at every message of a stream', async () => {
    await using server = await start();

    await expect(
      server.datasets.uploadDataset(stream({ parent: 'tenants/acme' }, { parent: 'tenants/acme\0' })),
    ).rejects.toMatchObject(refusedFor({ field: 'parent' }));
  });
});
