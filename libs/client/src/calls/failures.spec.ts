import { Metadata, type sendUnaryData } from '@grpc/grpc-js';
import { TenantServiceDefinition, type GetTenantResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { openChannel } from '../channel.ts';
import { createClient } from '../client.ts';
import { rawServer, startRaw, statusOf } from '../testing/raw-server.ts';

type Answer = sendUnaryData<GetTenantResponse>;
type Failure = { code: number; details: string; metadata?: Metadata };

const failing = (failure: Failure) =>
  startRaw(TenantServiceDefinition, { getTenant: (_: unknown, answer: Answer) => answer(failure) });

const getTenant = { name: 'tenants/acme' };
const METHOD = '/weir.registry.v1.TenantService/GetTenant';

describe('a failed call', () => {
  it('throws the remote reason with its facts and details', async () => {
    const violations = [{ field: 'name', description: 'must be "tenants/<id>"' }];
    await using server = await failing(
      statusOf(reason('INVALID_ARGUMENT', { count: 1, fields: 'name' }, { violations })),
    );

    await expect(server.client.getTenant(getTenant)).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      metadata: { count: '1' },
      details: { violations },
    });
  });

  it('says which service does not answer', async () => {
    const server = await rawServer(TenantServiceDefinition, { getTenant: () => undefined });
    await server[Symbol.asyncDispose]();
    await using channel = openChannel({ address: server.address });

    await expect(createClient(TenantServiceDefinition, channel).getTenant(getTenant)).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
      metadata: { dependency: 'registry' },
    });
    expect(channel.ready()).toBe(`no connection to dns:///${server.address}`);
  });

  it('takes a call that the server dropped for one that did not answer', async () => {
    await using server = await failing({ code: 1, details: 'Call cancelled' });

    await expect(server.client.getTenant(getTenant)).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
  });

  it.each([
    [
      { code: 12, details: 'unknown method' },
      { reason: 'UNKNOWN_METHOD', metadata: { method: METHOD } },
    ],
    [{ code: 4, details: 'late' }, { reason: 'DEADLINE_EXCEEDED' }],
    [
      { code: 8, details: 'Received message larger than max (5000000 vs 4194304)' },
      { reason: 'MESSAGE_TOO_LARGE', metadata: { limit_bytes: '4194304' } },
    ],
    [
      { code: 8, details: 'no more quota' },
      { name: 'RemoteError', code: 8, method: METHOD },
    ],
    [
      { code: 15, details: 'lost' },
      { name: 'RemoteError', code: 15 },
    ],
    [
      { code: 77, details: 'from the future' },
      { name: 'RemoteError', code: 2 },
    ],
  ])('makes of the bare status %j what fits', async (status, expected) => {
    await using server = await failing(status);

    await expect(server.client.getTenant(getTenant)).rejects.toMatchObject(expected);
  });

  it('keeps the code when the details are not of this platform', async () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from('not a status at all'));
    await using server = await failing({ code: 9, details: 'not now', metadata });

    await expect(server.client.getTenant(getTenant)).rejects.toMatchObject({ name: 'RemoteError', code: 9 });
  });

  it('refuses an answer over the size limit', async () => {
    const tenant = { displayName: 'x'.repeat(10_000) };
    await using server = await startRaw(
      TenantServiceDefinition,
      { getTenant: (_: unknown, answer: sendUnaryData<unknown>) => answer(null, { tenant }) },
      { maxMessageBytes: 1_000 },
    );

    await expect(server.client.getTenant(getTenant)).rejects.toMatchObject({ reason: 'MESSAGE_TOO_LARGE' });
  });
});

describe('a call that is safe to repeat', () => {
  const flaky = (failures: number, trailers: Record<string, string> = {}) => {
    const at: number[] = [];
    const answer = (_: unknown, answer: sendUnaryData<unknown>) => {
      at.push(performance.now());
      if (at.length > failures) answer(null, {});
      else answer(statusOf(reason('DATABASE_UNAVAILABLE'), trailers));
    };
    return { at, handlers: { getTenant: answer, createTenant: answer } };
  };

  it('is repeated while the service does not answer', async () => {
    const { at, handlers } = flaky(3);
    await using server = await startRaw(TenantServiceDefinition, handlers);

    await server.client.getTenant(getTenant);
    await server.client.createTenant({ tenantId: 'acme' });

    expect(at).toHaveLength(5);
  });

  it('gives up after four attempts', async () => {
    const { at, handlers } = flaky(9);
    await using server = await startRaw(TenantServiceDefinition, handlers);

    await expect(server.client.getTenant(getTenant)).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
    expect(at).toHaveLength(4);
  });

  it('waits as long as the server says', async () => {
    const { at, handlers } = flaky(1, { 'grpc-retry-pushback-ms': '400' });
    await using server = await startRaw(TenantServiceDefinition, handlers);

    await server.client.getTenant(getTenant);

    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(390);
  });
});
