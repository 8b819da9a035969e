import { tenantScope, type CallContext } from '@weir/context';
import { VerifyLogRequest } from '@weir/contracts/audit';
import { verifyLog } from './handlers/verify-log.ts';
import type { LogStore } from './store/log-store.ts';
import { freshTenant, startTestAudit, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => (audit = await startTestAudit()), 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

describe('VerifyLog', () => {
  it('finds a log consistent that grows, and whose new head is signed, while it reads', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 300);
    const scope = tenantScope(tenant);
    await audit.log.heads.sign(scope, tenant);
    const store: LogStore = {
      ...audit.log.store,
      async state(...asked) {
        const state = await audit.log.store.state(...asked);
        await audit.record(tenant, 10);
        await audit.log.heads.sign(scope, tenant);
        return state;
      },
    };
    const context: Pick<CallContext, 'scope' | 'audit'> = { scope, audit: () => undefined };

    const request = VerifyLogRequest.fromPartial({ tenant: `tenants/${tenant}` });
    const { verdict } = await verifyLog({ ...audit.log, store })(request, context as CallContext);

    expect(verdict?.$case).toBe('consistent');
  });
});
