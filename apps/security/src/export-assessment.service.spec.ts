import { AssessmentFormat, ComplianceFramework, Role } from '@weir/contracts/security';
import { noteVerifier, parseProofFile, verifyProof } from '@weir/merkle';
import { createHash } from 'node:crypto';
import { oscalAssessmentResults } from './domain/compliance/export/testing/oscal-schema.ts';
import { allowAll } from './testing/access-fixture.ts';
import { complianceFixture, type ComplianceFixture } from './testing/compliance-fixture.ts';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const { SOC2, GDPR, PCI_DSS } = ComplianceFramework;
const { JSON: PROTOBUF_JSON, OSCAL } = AssessmentFormat;

let security: RunningSecurity;
let fixture: ComplianceFixture;
let name: string;
beforeAll(async () => {
  security = await startSecurity();
  fixture = await complianceFixture(security);
  await fixture.put('open', [allowAll()]);
  for (const framework of [SOC2, GDPR, PCI_DSS]) await fixture.configure(framework);
  for (let run = 0; run < 80; run += 1) fixture.happened({ type: 'data_processing_request', policyRevision: 2n });
  fixture.happened({ type: 'data_processing_request' });
  ({ name } = await fixture.evaluate());
}, 60_000);
afterAll(() => security[Symbol.asyncDispose]());

describe('an exported assessment', () => {
  it.each([PROTOBUF_JSON, OSCAL])(
    'in format %s is the same byte for byte, and says its size and hash',
    async (format) => {
      const first = await fixture.exported(name, format);
      const again = await fixture.exported(name, format);

      expect(again.bytes.equals(first.bytes)).toBe(true);
      expect(first.sizeBytes).toBe(BigInt(first.bytes.length));
      expect(first.sha256).toBe(createHash('sha256').update(first.bytes).digest('hex'));
      expect(first.largest).toBeLessThanOrEqual(65_536);
      expect(first.bytes.length).toBeGreaterThan(65_536);
    },
  );

  it('goes on where it broke off', async () => {
    const whole = await fixture.exported(name, OSCAL);
    const rest = await fixture.exported(name, OSCAL, 70_001n);

    expect(Buffer.concat([whole.bytes.subarray(0, 70_001), rest.bytes]).equals(whole.bytes)).toBe(true);
    expect(rest.sha256).toBe(whole.sha256);
    expect((await fixture.exported(name, OSCAL, whole.sizeBytes)).bytes).toHaveLength(0);
    const beyond = fixture.exported(name, OSCAL, whole.sizeBytes + 1n);
    expect(await violations(beyond)).toEqual(['read_offset']);
  });

  it('in JSON holds the results with the bytes of every event, and not when it was made', async () => {
    const { bytes, mediaType } = await fixture.exported(name, PROTOBUF_JSON);
    const assessment = JSON.parse(bytes.toString()) as { name: string; evaluatedAt?: string; results: unknown[] };

    expect(mediaType).toBe('application/json');
    expect(assessment).toMatchObject({ name });
    expect(assessment.evaluatedAt).toBeUndefined();
    expect(assessment.results).toContainEqual(
      expect.objectContaining({ controlId: 'Art. 30(1)', framework: 'COMPLIANCE_FRAMEWORK_GDPR' }),
    );
  });

  it('in OSCAL has the published shape, a finding for what could be measured and none for what could not', async () => {
    const { bytes, mediaType } = await fixture.exported(name, OSCAL);
    const parsed = oscalAssessmentResults.parse(JSON.parse(bytes.toString()));

    expect(mediaType).toBe('application/oscal+json');
    const { results } = parsed['assessment-results'];
    expect(results.map(({ title }) => title.split(':')[0])).toEqual(['SOC2', 'GDPR', 'PCI_DSS']);
    const [soc2] = results;
    const targets = soc2?.findings?.map(({ target }) => [target['target-id'], target.status.state]) ?? [];
    expect(targets).toContainEqual(['soc2.cc6.1', 'not-satisfied']);
    expect(targets.map(([id]) => id)).not.toContain('soc2.cc1.1');
    expect(soc2?.observations.map(({ title }) => title)).toContainEqual(expect.stringMatching(/^CC1\.1 /));
  });

  it('in OSCAL refers to every event by a proof that verifies offline with the key of the log alone', async () => {
    const { bytes } = await fixture.exported(name, OSCAL);
    const { 'assessment-results': report } = oscalAssessmentResults.parse(JSON.parse(bytes.toString()));
    const key = noteVerifier(security.audit.verifierKey(fixture.tenant));

    const resources = new Map(report['back-matter'].resources.map((resource) => [resource.uuid, resource]));
    const proven = [...resources.values()].flatMap(({ base64 }) => {
      if (!base64) return [];
      return parseProofFile(Buffer.from(base64.value, 'base64').toString()).map(({ proof }) =>
        verifyProof(proof, [key]),
      );
    });
    const references = report.results
      .flatMap(({ observations }) => observations)
      .flatMap((observation) => observation['relevant-evidence'] ?? [])
      .flatMap(({ href }) => href ?? []);

    expect(proven.length).toBeGreaterThan(80);
    expect(references.length).toBeGreaterThan(80);
    for (const href of references) expect(resources.has(href.slice(1))).toBe(true);
  });

  it('is there for its own tenant only, and by its name only', async () => {
    const thief = await security.tokenFor('globex', 'export-thief', Role.DATA_ADMIN);
    const stolen = fixture.compliance(thief).exportAssessment({ name, format: OSCAL })[Symbol.asyncIterator]().next();

    expect(await refusal(stolen)).toBe('FOREIGN_TENANT');
    const missing = fixture.exported(`${fixture.tenant}/assessments/a${'0'.repeat(32)}`, OSCAL);
    expect(await refusal(missing)).toBe('ASSESSMENT_NOT_FOUND');
    expect(await violations(fixture.exported('nonsense', 0))).toEqual(['name', 'format']);
  });
});
