import { AssessmentFormat, ComplianceFramework } from '@weir/contracts/security';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { allowAll } from './testing/access-fixture.ts';
import { complianceFixture } from './testing/compliance-fixture.ts';
import { oscalSchemaFile } from './testing/oscal-schema-file.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const { SOC2, GDPR, HIPAA, PCI_DSS } = ComplianceFramework;
const schema = oscalSchemaFile();

if (schema === undefined) {
  describe("NIST's JSON schema of OSCAL assessment results", () => {
    it.skip('is left out: WEIR_OSCAL_SCHEMA names no file', () => undefined);
  });
} else {
  describe("by NIST's own JSON schema an exported assessment", () => {
    let security: RunningSecurity;
    beforeAll(async () => (security = await startSecurity()), 60_000);
    afterAll(() => security[Symbol.asyncDispose]());

    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
    const problems = (document: unknown): string[] => {
      validate(document);
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    };

    it.each([
      ['of one framework without an event', [GDPR], 0],
      ['of all frameworks with events', [SOC2, GDPR, HIPAA, PCI_DSS], 40],
    ])('%s is valid', async (_, frameworks, runs) => {
      const fixture = await complianceFixture(security);
      if (runs > 0) await fixture.put('open', [allowAll()]);
      for (const framework of frameworks) await fixture.configure(framework);
      for (let run = 0; run < runs; run += 1)
        fixture.happened({ type: 'data_processing_request', ...(run % 2 === 0 && { policyRevision: 2n }) });
      const { name } = await fixture.evaluate();

      const { bytes } = await fixture.exported(name, AssessmentFormat.OSCAL);

      expect(problems(JSON.parse(bytes.toString()))).toEqual([]);
    });

    it('with a finding left out where one is due is not', () => {
      expect(problems({ 'assessment-results': { uuid: 'none' } })).not.toEqual([]);
    });
  });
}
