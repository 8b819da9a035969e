import {
  ComplianceFramework,
  GdprLawfulBasis,
  GdprParameters,
  GdprTransferMechanism,
  HipaaDeidentification,
  HipaaParameters,
  PciDssParameters,
  Soc2Parameters,
} from '@weir/contracts/security';
import type { FrameworkParameters, KnownFramework } from './frameworks.ts';

const SOC2 = {
  availability: true,
  processingIntegrity: true,
  confidentiality: true,
  privacy: false,
  auditRetentionMonths: 12,
  accessReviewDays: 90,
} as const;
const GDPR = { retentionDays: 365, dpiaRequired: false, sealPersonalDetails: true } as const;
const HIPAA = { retentionYears: 6, accessReviewDays: 90 } as const;
const PCI_DSS = {
  auditRetentionMonths: 12,
  hotRetentionMonths: 3,
  panFirstDigits: 6,
  panLastDigits: 4,
  cryptoperiodDays: 365,
  accessReviewDays: 180,
} as const;

/** Parameters with every default in its place. */
export type Settled =
  | { readonly $case: 'soc2'; readonly value: Soc2Parameters & SettledSoc2 }
  | { readonly $case: 'gdpr'; readonly value: GdprParameters & SettledGdpr }
  | { readonly $case: 'hipaa'; readonly value: HipaaParameters & SettledHipaa }
  | { readonly $case: 'pciDss'; readonly value: PciDssParameters & SettledPciDss };

type Widened<T> = { readonly [K in keyof T]: T[K] extends boolean ? boolean : number };
type SettledSoc2 = Widened<typeof SOC2>;
type SettledGdpr = Widened<typeof GDPR>;
type SettledHipaa = Widened<typeof HIPAA>;
type SettledPciDss = Widened<typeof PCI_DSS>;

/** Fills in what a tenant left to the default. */
export function settleParameters(given: FrameworkParameters): Settled {
  switch (given.$case) {
    case 'soc2':
      return { $case: 'soc2', value: { ...SOC2, ...definedIn(given.value) } };
    case 'gdpr':
      return { $case: 'gdpr', value: settleGdpr(given.value) };
    case 'hipaa':
      return { $case: 'hipaa', value: settleHipaa(given.value) };
    case 'pciDss':
      return { $case: 'pciDss', value: { ...PCI_DSS, ...definedIn(given.value) } };
  }
}

/** What a framework takes when a tenant gives nothing. */
export function defaultParameters(framework: KnownFramework): Settled {
  switch (framework) {
    case ComplianceFramework.SOC2:
      return settleParameters({ $case: 'soc2', value: Soc2Parameters.create() });
    case ComplianceFramework.GDPR:
      return settleParameters({ $case: 'gdpr', value: GdprParameters.create() });
    case ComplianceFramework.HIPAA:
      return settleParameters({ $case: 'hipaa', value: HipaaParameters.create() });
    case ComplianceFramework.PCI_DSS:
      return settleParameters({ $case: 'pciDss', value: PciDssParameters.create() });
  }
}

const settleGdpr = (given: GdprParameters): GdprParameters & SettledGdpr => ({
  ...given,
  retentionDays: given.retentionDays ?? GDPR.retentionDays,
  dpiaRequired: given.dpiaRequired ?? GDPR.dpiaRequired,
  sealPersonalDetails: given.sealPersonalDetails ?? GDPR.sealPersonalDetails,
  lawfulBasis: given.lawfulBasis || GdprLawfulBasis.LEGITIMATE_INTEREST,
  transferMechanism: given.transferMechanism || GdprTransferMechanism.ADEQUACY_DECISION,
});

const settleHipaa = (given: HipaaParameters): HipaaParameters & SettledHipaa => ({
  ...given,
  retentionYears: given.retentionYears ?? HIPAA.retentionYears,
  accessReviewDays: given.accessReviewDays ?? HIPAA.accessReviewDays,
  deidentification: given.deidentification || HipaaDeidentification.SAFE_HARBOR,
});

/** The fields that are set; spread over defaults they take their place. */
function definedIn<T extends object>(value: T): { [K in keyof T]-?: NonNullable<T[K]> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]-?: NonNullable<T[K]> };
}
