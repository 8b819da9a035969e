import { LOG_INCONSISTENT } from '@weir/audit-outbox';
import { logVerdict } from '@weir/client';
import { tenantScope, type CallContext } from '@weir/context';
import { VerifyLogRequest, type VerifyLogResponse } from '@weir/contracts/audit';
import { verifyLog } from './handlers/verify-log.ts';
import type { LogStore } from './store/log-store.ts';
import { admin, freshTenant, startTestAudit, type TestAudit } from './testing/start-audit.ts';
import { flipped, superuser } from './testing/superuser.ts';

let audit: TestAudit;
beforeAll(async () => (audit = await startTestAudit()), 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

/** VerifyLog as its handler answers, over a store that differs from the real one. */
function verify(tenant: string, differences: Partial<LogStore>, signal = new AbortController().signal) {
  const store: LogStore = { ...audit.log.store, ...differences };
  const request = VerifyLogRequest.fromPartial({ tenant: `tenants/${tenant}` });
  const context: Pick<CallContext, 'scope' | 'signal' | 'audit'> = {
    scope: tenantScope(tenant),
    signal,
    audit: () => undefined,
  };
  return verifyLog({ ...audit.log, store })(request, context as CallContext);
}

describe('VerifyLog', () => {
  it('finds a log consistent that grows, and whose new head is signed, while it reads', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 300);
    const scope = tenantScope(tenant);
    await audit.log.heads.sign(scope, tenant);

    const messages = verify(tenant, {
      async state(...asked) {
        const state = await audit.log.store.state(...asked);
        await audit.record(tenant, 10);
        await audit.log.heads.sign(scope, tenant);
        return state;
      },
    });

    expect((await logVerdict(messages)).verdict.$case).toBe('consistent');
  });

  it('says at once how far it is, goes on saying so while it reads, and ends with the verdict', async () => {
    const tenant = freshTenant();
    for (let part = 0; part < 3; part += 1) await audit.record(tenant, 700);
    const rest = Promise.withResolvers<void>();
    const messages = verify(tenant, {
      async events(scope, id, range) {
        if (range.to > 2_048n) await rest.promise;
        return audit.log.store.events(scope, id, range);
      },
    });

    const seen: VerifyLogResponse[] = [];
    for await (const message of messages) {
      seen.push(message);
      if (message.checkedEventCount === 2_048n) rest.resolve();
    }

    expect(seen[0]).toMatchObject({ verdict: undefined, checkedEventCount: 0n, treeSize: 2_100n });
    expect(seen.slice(1, -1).map(({ verdict }) => verdict)).toContain(undefined);
    expect(seen.at(-1)).toMatchObject({ verdict: { $case: 'consistent' }, checkedEventCount: 2_100n });
    const counts = seen.map(({ checkedEventCount }) => Number(checkedEventCount));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it('reads no further once its caller has left', async () => {
    const tenant = freshTenant();
    for (let part = 0; part < 5; part += 1) await audit.record(tenant, 900);
    const leaving = new AbortController();
    const read: bigint[] = [];
    const messages = verify(
      tenant,
      {
        async events(scope, id, range) {
          read.push(range.to);
          leaving.abort(new Error('left'));
          return audit.log.store.events(scope, id, range);
        },
      },
      leaving.signal,
    );

    await expect(logVerdict(messages)).rejects.toThrow('left');
    // The tree and the index are read side by side: one beginning each.
    expect(read.length).toBeLessThanOrEqual(2);
  });

  it('leaves one event, which says what was found', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 300);
    await using root = await superuser(audit.database.url);
    await root.run(`update events set bytes = ${flipped('bytes', 89)} where tenant = $1 and index = 7`, [tenant]);
    await logVerdict(audit.as(admin).verifyLog({ tenant: `tenants/${tenant}` }));

    // The event of the next call comes after all that one left.
    const next = freshTenant();
    await logVerdict(audit.as(admin).verifyLog({ tenant: `tenants/${next}` }));
    const eventsOf = async (name: string) => {
      const filter = { types: ['verify_log'] };
      const { events } = await audit.as(admin).queryEvents({ tenant: `tenants/${name}`, filter });
      return events.map(({ event }) => event);
    };
    for (const name of [tenant, next]) while ((await eventsOf(name)).length === 0) await audit.record(next, 1);
    const events = await eventsOf(tenant);
    expect(events).toMatchObject([
      { complianceFlags: [LOG_INCONSISTENT], details: { verdict: 'inconsistent', first_bad_index: '7' } },
    ]);
    expect(await eventsOf(next)).toMatchObject([{ details: { verdict: 'consistent', tree_size: '0' } }]);
  });
});
