import {
  ComplianceFramework,
  ComplianceRequirements,
  HipaaDeidentification,
  PiiType,
  type AnonymizationOperator,
  type ComplianceAnonymization,
  type HipaaParameters,
} from '@weir/contracts/security';
import type { Settled } from './parameters.ts';
import { SAFE_HARBOR } from './safe-harbor.ts';

const HOUR_S = 3_600n;
const DAY_S = 24n * HOUR_S;
const GDPR_NOTIFICATION_S = 72n * HOUR_S;
const HIPAA_NOTIFICATION_S = 60n * DAY_S;

/** As many days as the longest span of so many months has at most. */
const daysOf = (months: number): number => Math.ceil((months * 366) / 12) + (months % 12 === 0 ? 0 : 1);

const seconds = (count: bigint) => ({ seconds: count, nanos: 0 });

/** What one framework demands by itself. */
export function requirementsOf({ $case, value }: Settled): ComplianceRequirements {
  switch ($case) {
    case 'soc2':
      return ComplianceRequirements.fromPartial({
        auditRetentionDays: daysOf(value.auditRetentionMonths),
        accessReviewDays: value.accessReviewDays,
        encryptionRequired: value.confidentiality,
      });
    case 'gdpr':
      return ComplianceRequirements.fromPartial({
        personalDataRetentionDays: value.retentionDays,
        breachNotificationPeriod: seconds(GDPR_NOTIFICATION_S),
        encryptionRequired: true,
        anonymizations: [pseudonymisation],
        sealPersonalDetails: value.sealPersonalDetails,
      });
    case 'hipaa':
      return ComplianceRequirements.fromPartial({
        auditRetentionDays: daysOf(value.retentionYears * 12),
        accessReviewDays: value.accessReviewDays,
        breachNotificationPeriod: seconds(HIPAA_NOTIFICATION_S),
        encryptionRequired: true,
        anonymizations: deidentification(value),
      });
    case 'pciDss':
      return ComplianceRequirements.fromPartial({
        auditRetentionDays: daysOf(value.auditRetentionMonths),
        hotAuditRetentionDays: daysOf(value.hotRetentionMonths),
        accessReviewDays: value.accessReviewDays,
        cryptoperiodDays: value.cryptoperiodDays,
        breachNotificationPeriod: seconds(0n),
        encryptionRequired: true,
        anonymizations: [maskedPan(value.panFirstDigits, value.panLastDigits)],
      });
  }
}

const pseudonymisation: ComplianceAnonymization = {
  dataElement: 'Identifiers that lead to a person',
  controlId: 'Art. 25(1)',
  rule: ruleFor(PiiType.PERSON_ID, { $case: 'hash', value: { lengthBytes: 0 } }),
  framework: ComplianceFramework.GDPR,
};

const maskedPan = (keepFirst: number, keepLast: number): ComplianceAnonymization => ({
  dataElement: 'PAN',
  controlId: '3.4.1',
  rule: ruleFor(PiiType.PAYMENT_CARD, { $case: 'mask', value: { keepFirst, keepLast, maskCharacter: '' } }),
  framework: ComplianceFramework.PCI_DSS,
});

/** What an expert determined, the tenant's own rules say. */
function deidentification({ deidentification: method }: HipaaParameters): ComplianceAnonymization[] {
  if (method === HipaaDeidentification.EXPERT_DETERMINATION) return [];
  return SAFE_HARBOR.flatMap(({ letter, dataElement, types, operator }) =>
    types.map((type) => ({
      dataElement,
      controlId: `164.514(b)(2)(i)(${letter})`,
      rule: ruleFor(type, operator),
      framework: ComplianceFramework.HIPAA,
    })),
  );
}

function ruleFor(type: PiiType, operator: AnonymizationOperator['operator']): ComplianceAnonymization['rule'] {
  return { target: { $case: 'type', value: type }, operator: { operator }, outputField: '' };
}
