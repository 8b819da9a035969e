import {
  GdprLawfulBasis,
  GdprParameters,
  GdprTransferMechanism,
  HipaaDeidentification,
  HipaaParameters,
  PciDssParameters,
  ProcessorAgreement,
  Soc2Parameters,
} from '@weir/contracts/security';
import { enumValue, text } from '@weir/rpc';
import { z } from 'zod';
import type { FrameworkParameters } from '../domain/compliance/frameworks.ts';

const MAX_AGREEMENTS = 1_000;
const DEFAULT_HOT_MONTHS = 3;
const DEFAULT_KEPT_MONTHS = 12;

const whole = (min: number, max: number) => {
  const message = `must be ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return z.int(message).min(min, message).max(max, message).optional();
};

/** One of a generated enum's values, or 0 for the default. */
const orDefault = <E extends Readonly<Record<string, number>>>(values: E) => z.literal(0).or(enumValue(values));

const agreement = z
  .object({
    processor: text(1, 200),
    reference: text(0, 500),
    effectiveAt: z.date('is required'),
    expiresAt: z.date().optional(),
  })
  .refine(({ effectiveAt, expiresAt }) => !expiresAt || expiresAt > effectiveAt, {
    path: ['expiresAt'],
    message: 'must be after effective_at',
  })
  .transform((one): ProcessorAgreement => ProcessorAgreement.fromPartial(one));

const agreements = z.array(agreement).max(MAX_AGREEMENTS, 'must have at most 1,000');

const Soc2 = z
  .object({
    availability: z.boolean().optional(),
    processingIntegrity: z.boolean().optional(),
    confidentiality: z.boolean().optional(),
    privacy: z.boolean().optional(),
    auditRetentionMonths: whole(1, 120),
    accessReviewDays: whole(1, 366),
  })
  .transform((value): Soc2Parameters => Soc2Parameters.fromPartial(value));

const Gdpr = z
  .object({
    lawfulBasis: orDefault(GdprLawfulBasis),
    retentionDays: whole(1, 36_500),
    dpiaRequired: z.boolean().optional(),
    dpiaReference: text(0, 500),
    dpiaApprovedAt: z.date().optional(),
    processorAgreements: agreements,
    transferMechanism: orDefault(GdprTransferMechanism),
    sealPersonalDetails: z.boolean().optional(),
  })
  .refine(({ dpiaReference, dpiaApprovedAt }) => !dpiaApprovedAt || dpiaReference !== '', {
    path: ['dpiaReference'],
    message: 'is required with dpia_approved_at',
  })
  .transform((value): GdprParameters => GdprParameters.fromPartial(value));

const Hipaa = z
  .object({
    retentionYears: whole(6, 50),
    deidentification: orDefault(HipaaDeidentification),
    expertDeterminationReference: text(0, 500),
    accessReviewDays: whole(1, 366),
    businessAssociateAgreements: agreements,
  })
  .refine(
    ({ deidentification, expertDeterminationReference }) =>
      deidentification !== HipaaDeidentification.EXPERT_DETERMINATION || expertDeterminationReference !== '',
    { path: ['expertDeterminationReference'], message: 'is required with EXPERT_DETERMINATION' },
  )
  .transform((value): HipaaParameters => HipaaParameters.fromPartial(value));

const PciDss = z
  .object({
    auditRetentionMonths: whole(12, 120),
    hotRetentionMonths: whole(3, 120),
    panFirstDigits: z
      .number()
      .refine((count) => [0, 6, 8].includes(count), 'must be 0, 6 or 8')
      .optional(),
    panLastDigits: whole(0, 4),
    cryptoperiodDays: whole(1, 1_095),
    accessReviewDays: whole(1, 183),
  })
  .refine(
    ({ hotRetentionMonths, auditRetentionMonths }) =>
      (hotRetentionMonths ?? DEFAULT_HOT_MONTHS) <= (auditRetentionMonths ?? DEFAULT_KEPT_MONTHS),
    { path: ['hotRetentionMonths'], message: 'must not be more than audit_retention_months' },
  )
  .transform((value): PciDssParameters => PciDssParameters.fromPartial(value));

/** The parameters of one framework; undefined: every default. */
export const parametersField = () =>
  z
    .object({
      framework: z.discriminatedUnion(
        '$case',
        [
          z.object({ $case: z.literal('soc2'), value: Soc2 }),
          z.object({ $case: z.literal('gdpr'), value: Gdpr }),
          z.object({ $case: z.literal('hipaa'), value: Hipaa }),
          z.object({ $case: z.literal('pciDss'), value: PciDss }),
        ],
        'is required: one of soc2, gdpr, hipaa, pci_dss',
      ),
    })
    .transform(({ framework }): FrameworkParameters => framework)
    .optional();
