import {
  ComplianceFramework,
  ComplianceFrameworkState,
  ComplianceServiceDefinition,
  GdprLawfulBasis,
  GdprTransferMechanism,
  PiiType,
  Role,
} from '@weir/contracts/security';
import { accessFixture } from './testing/access-fixture.ts';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const compliance = (token = security.adminToken) => security.client(ComplianceServiceDefinition, token);
const { SOC2, GDPR, HIPAA, PCI_DSS } = ComplianceFramework;

describe('a framework', () => {
  it('takes the documented defaults, and its next revision with every configuration', async () => {
    const { tenant } = await accessFixture(security);

    const { config: gdpr } = await compliance().configureFramework({ tenant, framework: GDPR });
    const { config: soc2 } = await compliance().configureFramework({ tenant, framework: SOC2 });

    expect(gdpr).toMatchObject({
      name: `${tenant}/frameworks/gdpr`,
      state: ComplianceFrameworkState.ACTIVE,
      revision: 1n,
    });
    expect(gdpr?.parameters?.framework).toMatchObject({
      $case: 'gdpr',
      value: {
        lawfulBasis: GdprLawfulBasis.LEGITIMATE_INTEREST,
        retentionDays: 365,
        dpiaRequired: false,
        transferMechanism: GdprTransferMechanism.ADEQUACY_DECISION,
      },
    });
    expect(soc2?.parameters?.framework?.value).toEqual({
      availability: true,
      processingIntegrity: true,
      confidentiality: true,
      privacy: false,
      auditRetentionMonths: 12,
      accessReviewDays: 90,
    });
    const soc2Parameters = { framework: { $case: 'soc2', value: { accessReviewDays: 30 } } } as const;
    const again = await compliance().configureFramework({ tenant, framework: SOC2, parameters: soc2Parameters });
    expect(again.config).toMatchObject({ revision: 2n, requirements: { accessReviewDays: 30 } });
  });

  it('holds beside the others: the longest keeps, the shortest counts, and what cannot both be is said', async () => {
    const { tenant } = await accessFixture(security);
    for (const framework of [SOC2, GDPR, HIPAA, PCI_DSS]) await compliance().configureFramework({ tenant, framework });

    const { frameworks, effective } = await compliance().listFrameworks({ tenant });

    expect(frameworks.map(({ framework, state }) => [framework, state])).toEqual(
      [SOC2, GDPR, HIPAA, PCI_DSS].map((framework) => [framework, ComplianceFrameworkState.ACTIVE]),
    );
    expect(effective).toMatchObject({
      auditRetentionDays: 2196,
      hotAuditRetentionDays: 93,
      personalDataRetentionDays: 365,
      accessReviewDays: 90,
      cryptoperiodDays: 365,
      breachNotificationPeriod: { seconds: 0n },
      encryptionRequired: true,
      conflicts: [{ field: 'personal_data_retention_days', frameworks: [SOC2, GDPR, HIPAA, PCI_DSS] }],
    });
    const card = effective?.anonymizations.find(({ rule }) => rule?.target?.value === PiiType.PAYMENT_CARD);
    expect(card).toMatchObject({ framework: HIPAA, rule: { operator: { operator: { $case: 'redact' } } } });
  });

  it('is listed before it is configured, demands nothing once it is off, and stays to be read', async () => {
    const { tenant } = await accessFixture(security);
    const states = async () =>
      (await compliance().listFrameworks({ tenant })).frameworks.map(({ state, revision }) => [state, revision]);
    expect(await states()).toEqual(Array(4).fill([ComplianceFrameworkState.UNCONFIGURED, 0n]));

    const { config } = await compliance().configureFramework({ tenant, framework: HIPAA });
    const off = await compliance().configureFramework({
      tenant,
      framework: HIPAA,
      disabled: true,
      etag: config?.etag ?? '',
    });

    expect(off.config?.state).toBe(ComplianceFrameworkState.DISABLED);
    expect(off.effective).toMatchObject({ encryptionRequired: false, anonymizations: [] });
    expect((await compliance().listFrameworks({ tenant, activeOnly: true })).frameworks).toEqual([]);
    const stale = compliance().configureFramework({ tenant, framework: HIPAA, etag: config?.etag ?? '' });
    expect(await refusal(stale)).toBe('ETAG_MISMATCH');
  });

  it('lists in pages', async () => {
    const { tenant } = await accessFixture(security);
    const first = await compliance().listFrameworks({ tenant, pageSize: 3 });
    const rest = await compliance().listFrameworks({ tenant, pageSize: 3, pageToken: first.nextPageToken });

    expect([...first.frameworks, ...rest.frameworks].map(({ framework }) => framework)).toEqual([1, 2, 3, 4]);
    expect(rest.nextPageToken).toBe('');
  });

  it('that nobody knows is refused, and so are parameters of another', async () => {
    const { tenant } = await accessFixture(security);
    const configure = (framework: number, parameters?: object) =>
      refusal(compliance().configureFramework({ tenant, framework: framework as ComplianceFramework, ...parameters }));

    expect(await configure(0)).toBe('UNKNOWN_FRAMEWORK');
    expect(await configure(9)).toBe('UNKNOWN_FRAMEWORK');
    const parameters = { framework: { $case: 'gdpr', value: {} } } as const;
    expect(await configure(SOC2, { parameters })).toBe('PARAMETERS_MISMATCH');
  });

  it('names every broken parameter', async () => {
    const { tenant } = await accessFixture(security);
    const value = {
      auditRetentionMonths: 11,
      hotRetentionMonths: 13,
      panFirstDigits: 7,
      panLastDigits: 5,
      cryptoperiodDays: 0,
    };
    const parameters = { framework: { $case: 'pciDss', value } } as const;

    const broken = await violations(compliance().configureFramework({ tenant, framework: PCI_DSS, parameters }));

    expect(broken).toEqual(
      [
        'audit_retention_months',
        'pan_first_digits',
        'pan_last_digits',
        'cryptoperiod_days',
        'hot_retention_months',
      ].map((field) => `parameters.pci_dss.${field}`),
    );
    const hipaa = { framework: { $case: 'hipaa', value: { retentionYears: 5, deidentification: 2 } } } as const;
    const refused = compliance().configureFramework({ tenant, framework: HIPAA, parameters: hipaa });
    expect(await violations(refused)).toEqual(
      ['retention_years', 'expert_determination_reference'].map((field) => `parameters.hipaa.${field}`),
    );
  });

  it('is nobody else’s business', async () => {
    const { tenant } = await accessFixture(security);
    const thief = await security.tokenFor('acme', 'thief', Role.DATA_ADMIN);
    const viewer = await security.tokenFor(tenant.split('/')[1] ?? '', 'viewer', Role.DATA_VIEWER);

    expect(await refusal(compliance(thief).configureFramework({ tenant, framework: GDPR }))).toBe('FOREIGN_TENANT');
    expect(await refusal(compliance(thief).listFrameworks({ tenant }))).toBe('FOREIGN_TENANT');
    expect(await refusal(compliance(viewer).configureFramework({ tenant, framework: GDPR }))).toBe(
      'PERMISSION_MISSING',
    );
    expect((await compliance(viewer).listFrameworks({ tenant })).frameworks).toHaveLength(4);
  });

  it('with validate_only changes nothing', async () => {
    const { tenant } = await accessFixture(security);

    const { config, effective } = await compliance().configureFramework({
      tenant,
      framework: GDPR,
      validateOnly: true,
    });

    expect([config?.revision, effective?.encryptionRequired]).toEqual([1n, true]);
    expect((await compliance().listFrameworks({ tenant, activeOnly: true })).frameworks).toEqual([]);
  });
});
