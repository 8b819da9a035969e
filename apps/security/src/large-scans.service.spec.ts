import { Permission } from '@weir/contracts/options';
import {
  AccessServiceDefinition,
  PrivacyServiceDefinition,
  TokenServiceDefinition,
  type AnonymizeRecordsResponse,
} from '@weir/contracts/security';
import { setTimeout as wait } from 'node:timers/promises';
import { refusal } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity({ scanQueue: 1 })), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const tenant = 'tenants/acme';
const privacy = () => security.client(PrivacyServiceDefinition, security.adminToken);
const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, row) => ({
    user_id: `u-${(from + row) % 7}`,
    email: `ann.${from + row}@a.example`,
    note: row % 3 === 0 ? `call +1 415 555 ${1_000 + (row % 9_000)}, order 4111-${row}` : 'nothing to see',
  }));
const anonymize = (records: object[]) => privacy().anonymizeRecords({ tenant, records: { records } });
const text = '4111 1111 1111 1112, ISBN 978-3-16-148410-0, 10.0.0.300, call 415 555 26 or ann@a . '.repeat(2_900);
const notes = { records: Array.from({ length: 8 }, () => ({ note: text })) };
const large = (signal?: AbortSignal, of = tenant) =>
  privacy().detectPii(
    { tenant: of, content: { $case: 'records', value: notes } },
    { timeoutMs: 60_000, ...(signal && { signal }) },
  );
const scanning = async (): Promise<void> => {
  while (security.parts.scans.pending === 0) await wait(1);
  // A thread that was at rest has the job by now; one that had to start has not begun.
  while (security.parts.scans.threads.length === 0) await wait(1);
};

describe('a large scan', () => {
  it('comes to the same as many small ones', async () => {
    const whole = await anonymize(people(0, 1_000));
    const parts: AnonymizeRecordsResponse[] = [];
    for (let from = 0; from < 1_000; from += 100) parts.push(await anonymize(people(0, 1_000).slice(from, from + 100)));

    expect(whole.records?.records).toEqual(parts.flatMap(({ records }) => records?.records));
    const sum = (of: (part: AnonymizeRecordsResponse) => bigint) => parts.reduce((all, part) => all + of(part), 0n);
    expect(whole.scannedValueCount).toBe(sum((part) => part.scannedValueCount));
    for (const [at, { fieldPath, recordCount }] of whole.fields.entries()) {
      const field = ({ fields }: AnonymizeRecordsResponse) => fields.find((one) => one.fieldPath === fieldPath);
      expect([at, recordCount]).toEqual([at, sum((part) => field(part)?.recordCount ?? 0n)]);
    }
    expect(whole.counts.map(({ findingCount }) => findingCount)).toEqual(
      whole.counts.map(({ type }) => sum(({ counts }) => counts.find((one) => one.type === type)?.findingCount ?? 0n)),
    );
  });

  it('holds up nobody else: tokens are issued and decisions made while it is at work', async () => {
    const question = {
      principal: `${tenant}/principals/ann`,
      permission: Permission.READ,
      operation: 'read',
      resource: `${tenant}/datasets/x`,
    };
    const order: string[] = [];
    const scan = large().then(() => order.push('scan'));
    await scanning();

    for (let calls = 0; calls < 5; calls += 1) {
      await security.client(AccessServiceDefinition, security.adminToken).checkAccess({ tenant, question });
      await security.client(TokenServiceDefinition, security.adminToken).getJwks({});
      order.push('others');
    }
    await scan;

    expect(order.indexOf('scan')).toBeGreaterThan(0);
    expect(order.filter((one) => one === 'others')).toHaveLength(5);
  });

  it('fails when its thread dies, and the next one gets another thread', async () => {
    const lost = refusal(large());
    await scanning();
    await security.parts.scans.threads[0]?.terminate();

    expect(await lost).toBe('SCANNER_LOST');
    expect((await anonymize(people(0, 1_000))).records?.records).toHaveLength(1_000);
  });

  it('ends with its call, also on its thread', async () => {
    const ending = new AbortController();
    const cancelled = large(ending.signal).catch(() => 'cancelled');
    await scanning();
    const [thread] = security.parts.scans.threads;
    ending.abort();

    expect(await cancelled).toBe('cancelled');
    while (security.parts.scans.threads.includes(thread as never)) await wait(5);
  });

  it('waits behind others, as far as there is room', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => refusal(large())));

    expect(outcomes.filter((one) => one === undefined).length).toBeGreaterThanOrEqual(1);
    expect(new Set(outcomes.filter((one) => one !== undefined))).toEqual(new Set(['SCAN_QUEUE_FULL']));
  });

  it('of one tenant is served, however many another one sends', async () => {
    const flood = Array.from({ length: 8 }, () => refusal(large()));
    await scanning();

    const other = await refusal(large(undefined, 'tenants/globex'));

    expect(other).toBeUndefined();
    expect(await Promise.all(flood)).toContain('SCAN_QUEUE_FULL');
  });
});
