import { logVerdict } from '@weir/client';
import { admin, freshTenant, startTestAudit, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

it('two replicas that write to the same logs at the same time keep one order, and trees that verify', async () => {
  await using replica = await startTestAudit({ sharing: audit });
  const tenants = [freshTenant(), freshTenant()];
  const answers = await Promise.all(
    Array.from({ length: 120 }, async (_, at) => {
      const tenant = tenants[at % 2] ?? '';
      // In waves, so that each replica finds what it left, and finds what the other one left.
      await new Promise((resolve) => setTimeout(resolve, (at % 12) * 10));
      const { answer } = await (at % 3 === 0 ? audit : replica).record(tenant, 1 + (at % 5));
      return { tenant, indexes: answer.map(({ index }) => Number(index)) };
    }),
  );

  for (const tenant of tenants) {
    const own = answers.filter((answer) => answer.tenant === tenant);
    const indexes = own.flatMap((answer) => answer.indexes).toSorted((a, b) => a - b);
    expect(indexes).toEqual(Array.from({ length: indexes.length }, (_, at) => at));
    for (const answer of own) expect(answer.indexes).toEqual(answer.indexes.toSorted((a, b) => a - b));
    const { verdict, checkedEventCount } = await logVerdict(audit.as(admin).verifyLog({ tenant: `tenants/${tenant}` }));
    expect(verdict.$case).toBe('consistent');
    expect(checkedEventCount).toBe(BigInt(indexes.length));
  }
});
