import { PrivacyServiceDefinition, StreamAnonymizeRecordsRequest } from '@weir/contracts/security';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const MESSAGES = 200;
const RECORDS = 1_000;
const MIB = 1024 * 1024;

async function* messages(): AsyncGenerator<StreamAnonymizeRecordsRequest> {
  yield StreamAnonymizeRecordsRequest.fromPartial({ tenant: 'tenants/acme' });
  for (let sequence = 1; sequence <= MESSAGES; sequence += 1) {
    const records = Array.from({ length: RECORDS }, (_, row) => ({
      user_id: `u-${sequence * RECORDS + row}`,
      email: `ann.${row}@a.example`,
      note: `call +1 415 555 ${1_000 + row}`,
    }));
    yield StreamAnonymizeRecordsRequest.fromPartial({ sequence: BigInt(sequence), records: { records } });
  }
}

describe('a long stream', () => {
  it('takes no more memory at its end than at its beginning', async () => {
    const heaps: number[] = [];
    let total = 0n;
    for await (const { part } of security
      .client(PrivacyServiceDefinition, security.adminToken)
      .streamAnonymizeRecords(messages(), { timeoutMs: 170_000 })) {
      if (part?.$case === 'batch') heaps.push(process.memoryUsage().heapUsed);
      if (part?.$case === 'summary') total = part.value.recordCount;
    }

    expect(total).toBe(BigInt(MESSAGES * RECORDS));
    // Right after a collection: the lowest of many moments.
    const early = Math.min(...heaps.slice(MESSAGES / 5, (2 * MESSAGES) / 5));
    const late = Math.min(...heaps.slice(-MESSAGES / 5));
    expect(late).toBeLessThan(early + 50 * MIB);
  }, 180_000);
});
