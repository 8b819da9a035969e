import { methodRules } from '@weir/contracts';
import { Outcome, ReportKind, type Event, type GenerateReportRequest } from '@weir/contracts/audit';
import { Audit, Sensitivity } from '@weir/contracts/options';
import { noteVerifier, verifyProof } from '@weir/merkle';
import { failure } from './testing/outcomes.ts';
import { admin, freshTenant, service, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
let tenant: string;
const day = (number: number) => new Date(Date.UTC(2026, 0, number));

beforeAll(async () => {
  audit = await startTestAudit();
  tenant = freshTenant();
  await audit.record(tenant, 100, (at): Partial<Event> => ({
    time: day(1 + (at % 20)),
    type: ['data_encryption', 'data_processing_request', 'erase_subject', 'access_decision'][at % 4] ?? '',
    principal: `tenants/${tenant}/principals/p-${at % 3}`,
    outcome: at % 10 === 0 ? Outcome.REFUSED : Outcome.SUCCEEDED,
    errorReason: at % 10 === 0 ? 'PERMISSION_MISSING' : '',
    ...(at % 25 === 0 && { traceId: '', principal: '' }),
  }));
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

async function report(request: Partial<GenerateReportRequest>) {
  const answer = await audit.as(userOf(tenant, 'read')).generateReport({
    tenant: `tenants/${tenant}`,
    kind: ReportKind.PCI_DSS,
    startTime: day(1),
    endTime: day(31),
    ...request,
  });
  if (!answer.report) throw new Error('there is no report');
  return answer.report;
}

describe('a report for a framework', () => {
  it('says what the events of the period say about each control', async () => {
    const { sections, eventCount } = await report({ startTime: day(1), endTime: day(11), treeSize: 100n });
    expect(eventCount).toBe(50n);
    const encryption = sections.find(({ control }) => control === '3.5.1');
    expect(encryption?.counts).toEqual([{ type: 'data_encryption', succeeded: 10n, refused: 5n, failed: 0n }]);
    const refused = sections.find(({ control }) => control === '10.2.1.4');
    expect(refused?.counts.reduce((sum, { refused: count }) => sum + count, 0n)).toBe(5n);
    expect(refused?.principalCount).toBeGreaterThan(1n);
  });

  it('has evidence that verifies against one head', async () => {
    const { sections, checkpoint } = await report({ kind: ReportKind.SOC2, evidencePerSection: 3 });
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    const evidence = sections.flatMap((section) => section.evidence);
    expect(evidence.length).toBeGreaterThan(10);
    for (const { proof } of evidence) {
      expect(proof && verifyProof(proof, [noteVerifier(verifierKey)]).head.size).toBe(checkpoint?.treeSize);
    }
    for (const { evidence: own } of sections) {
      const indexes = own.map(({ index }) => Number(index));
      expect(indexes).toEqual(indexes.toSorted((a, b) => b - a));
      expect(own.length).toBeLessThanOrEqual(3);
    }
  });

  it.each([ReportKind.SOC2, ReportKind.GDPR, ReportKind.HIPAA, ReportKind.PCI_DSS])(
    'is the same for the same tree size: %i',
    async (kind) => {
      const order = { kind, treeSize: 100n };
      expect(await report(order)).toEqual(await report(order));
    },
  );

  it('stays below 4 MiB, with less evidence', async () => {
    const large = freshTenant();
    for (let part = 0; part < 2; part += 1)
      await audit.record(large, 60, () => ({ time: day(2), details: { text: 'x'.repeat(30_000) } }));
    const { report: built } = await audit.as(userOf(large, 'read')).generateReport({
      tenant: `tenants/${large}`,
      kind: ReportKind.PCI_DSS,
      startTime: day(1),
      endTime: day(31),
      evidencePerSection: 20,
    });
    expect(built?.sections.flatMap(({ evidence }) => evidence).length).toBeGreaterThan(20);
  });

  it('tells what retention removed and what is in force', async () => {
    const own = freshTenant();
    await audit.record(own, 10, () => ({ time: day(2) }));
    const user = audit.as(userOf(own, 'admin'));
    await user.putRetention({
      tenant: `tenants/${own}`,
      retention: { rules: [{ sensitivity: Sensitivity.LOW, days: 5 }] },
    });
    await user.placeLegalHold({ parent: `tenants/${own}`, legalHoldId: 'case-1', legalHold: { reason: 'lawsuit' } });
    const { report: built } = await audit.as(userOf(own, 'read')).generateReport({
      tenant: `tenants/${own}`,
      kind: ReportKind.GDPR,
      startTime: day(1),
      endTime: day(31),
    });
    expect(built?.retention?.rules).toEqual([{ sensitivity: Sensitivity.LOW, days: 5 }]);
    expect(built?.legalHolds.map(({ name }) => name)).toEqual([`tenants/${own}/holds/case-1`]);
  });

  it('refuses what it cannot be about', async () => {
    expect((await failure(report({ kind: 0 }))).details.violations?.[0]?.field).toBe('kind');
    expect((await failure(report({ startTime: day(2), endTime: day(1) }))).details.violations?.[0]?.field).toBe(
      'end_time',
    );
    expect((await failure(report({ treeSize: 1_000_000n }))).reason).toBe('TREE_SIZE_TOO_LARGE');
  });
});

describe('a report of coverage', () => {
  it('lists every method of every service with what it declares', async () => {
    const { coverage, sections } = await report({ kind: ReportKind.COVERAGE });
    expect(sections).toEqual([]);
    expect(coverage).toHaveLength(methodRules().size);
    expect(coverage.find(({ method }) => method === 'weir.audit.v1.AuditService/RecordEvents')?.declared).toBe(
      Audit.REFUSALS,
    );
    expect(coverage.map(({ method }) => method)).toEqual(coverage.map(({ method }) => method).toSorted());
  });

  it('counts what each method left, and which fields were missing', async () => {
    const { coverage } = await report({ kind: ReportKind.COVERAGE, treeSize: 100n });
    const own = coverage.find(({ method }) => method === 'weir.agent.v1.AgentService/ProcessData');
    expect(own?.counts.map(({ type }) => type)).toEqual([
      'access_decision',
      'data_encryption',
      'data_processing_request',
      'erase_subject',
    ]);
    expect(own?.missingFields).toEqual([
      { field: 'duration', eventCount: 100n },
      { field: 'principal', eventCount: 4n },
      { field: 'trace_id', eventCount: 4n },
    ]);
  });

  it('is for security as well', async () => {
    const { report: built } = await audit.as(service('security')).generateReport({
      tenant: `tenants/${tenant}`,
      kind: ReportKind.COVERAGE,
      startTime: day(1),
      endTime: day(2),
    });
    expect(built?.eventCount).toBe(5n);
  });
});
