import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PrivacyServiceDefinition, StreamAnonymizeRecordsRequest } from '@weir/contracts/security';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const MESSAGES = 2_000;
const RECORDS = 1_000;
const MIB = 1024 * 1024;

/** What is reachable, in bytes: other specs of this process leave garbage of their own. */
function reachable(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function* messages(): AsyncGenerator<StreamAnonymizeRecordsRequest> {
  yield StreamAnonymizeRecordsRequest.fromPartial({ tenant: 'tenants/acme' });
  for (let sequence = 1; sequence <= MESSAGES; sequence += 1) {
    const records = Array.from({ length: RECORDS }, (_, row) => ({ email: `ann.${row}@a.example`, amount: sequence }));
    yield StreamAnonymizeRecordsRequest.fromPartial({ sequence: BigInt(sequence), records: { records } });
  }
}

describe('a long stream', () => {
  it('takes no more memory at its end than at its beginning', async () => {
    const heaps: number[] = [];
    let batches = 0;
    let total = 0n;
    for await (const { part } of security
      .client(PrivacyServiceDefinition, security.adminToken)
      .streamAnonymizeRecords(messages(), { timeoutMs: 400_000 })) {
      if (part?.$case === 'batch' && ++batches % (MESSAGES / 4) === 0) heaps.push(reachable());
      if (part?.$case === 'summary') total = part.value.recordCount;
    }

    expect(total).toBe(BigInt(MESSAGES * RECORDS));
    expect(heaps).toHaveLength(4);
    expect(heaps[3]).toBeLessThan((heaps[0] ?? 0) + 20 * MIB);
  }, 420_000);
});
