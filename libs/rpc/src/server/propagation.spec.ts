import { runInCall, type CallContext } from '@weir/context';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServices, until } from '../testing/start-services.ts';

const acme = { name: 'tenants/acme' };

describe('a call made by a handler', () => {
  it('carries its deadline and ends with it, at every server on the way', async () => {
    const deadlines: number[] = [];
    await using far = await startServices({
      tenants: {
        getTenant: async (_, { deadline, signal }) => {
          deadlines.push(deadline);
          await sleep(5_000, undefined, { signal });
          return { tenant: undefined };
        },
      },
    });
    await using near = await startServices({
      tenants: {
        getTenant: async (_, context: CallContext) => {
          deadlines.push(context.deadline);
          return far.tenants.getTenant(acme);
        },
      },
    });

    await expect(near.tenants.getTenant(acme, { timeoutMs: 300 })).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });

    const [first = 0, second = Infinity] = deadlines;
    expect(Math.abs(second - first)).toBeLessThan(100);
    await until(() => far.codes().length === 1 && near.codes().length === 1);
    expect([...far.codes(), ...near.codes()]).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
  });

  it('is cancelled with it', async () => {
    const controller = new AbortController();
    const cancelled = Promise.withResolvers<void>();
    await using far = await startServices({
      tenants: {
        getTenant: async (_, { signal }) => {
          signal.addEventListener('abort', () => cancelled.resolve());
          controller.abort();
          await sleep(5_000, undefined, { signal });
          return { tenant: undefined };
        },
      },
    });
    await using near = await startServices({ tenants: { getTenant: () => far.tenants.getTenant(acme) } });

    await expect(near.tenants.getTenant(acme, { signal: controller.signal })).rejects.toMatchObject({
      reason: 'CANCELLED',
    });
    await cancelled.promise;
  });

  it('does not bind what is done outside of it', async () => {
    await using server = await startServices({ tenants: { getTenant: async () => ({ tenant: undefined }) } });
    const ended = { deadline: Date.now() - 1, signal: AbortSignal.abort() } as Partial<CallContext> as CallContext;

    await expect(runInCall(ended, () => server.tenants.getTenant(acme))).rejects.toMatchObject({ reason: 'CANCELLED' });
    await expect(server.tenants.getTenant(acme)).resolves.toBeDefined();
  });
});
