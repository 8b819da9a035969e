import { PiiScanOptions, PiiType, type AnonymizationOptions } from '@weir/contracts/security';
import { enumValue, text } from '@weir/rpc';
import { z } from 'zod';
import { typeName } from '../domain/privacy/pii-types.ts';
import type { JsonRecord } from '../domain/privacy/json-value.ts';
import type { Tally } from '../domain/privacy/tally.ts';
import { fieldPath, recognizerField, ruleField } from './anonymization-fields.ts';

const MAX_RECORDS = 10_000;
const MAX_CUSTOM = 50;
const MAX_RULES = 500;

/** Rows. */
export const recordsField = () =>
  z.object(
    {
      records: z.array(z.custom<JsonRecord>()).min(1, 'must have one').max(MAX_RECORDS, 'must have at most 10,000'),
    },
    'is required',
  );

/** What to look for; unset: everything. */
export const scanField = () =>
  z
    .object({
      types: z.array(enumValue(PiiType)),
      minScore: z.number().min(0, 'must be above 0 and up to 1').max(1, 'must be above 0 and up to 1'),
      regions: z.array(z.string().regex(/^[A-Z]{2}$/, 'must be a country as ISO 3166-1 alpha-2')),
      customRecognizers: z
        .array(recognizerField())
        .max(MAX_CUSTOM, 'must have at most 50')
        .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'must have each id once'),
    })
    .optional()
    .transform((scan): PiiScanOptions => scan ?? PiiScanOptions.fromPartial({}));

/** How to anonymise; unset: as the policy and the defaults say. */
export const anonymizationField = () =>
  z
    .object({
      rules: z.array(ruleField()).max(MAX_RULES, 'must have at most 500'),
      scan: scanField(),
      subjectField: z.literal('').or(fieldPath()),
      detectPii: z.boolean().optional(),
      neverWeaker: z.boolean(),
    })
    .optional()
    .transform((options): AnonymizationOptions & { scan: PiiScanOptions } => ({
      rules: [],
      subjectField: '',
      neverWeaker: false,
      ...options,
      detectPii: options?.detectPii,
      scan: options?.scan ?? PiiScanOptions.fromPartial({}),
    }));

/** Why someone wants something. */
export const reasonField = () => text(1, 500);

/** What an audit event says about personal data that was found. It holds no value. */
export const foundFields = ({ records, findings, counts }: Pick<Tally, 'records' | 'findings' | 'counts'>) => ({
  flags: findings > 0 ? ['pii_detected'] : [],
  details: {
    records,
    findings,
    types: counts()
      .map(({ type }) => typeName(type))
      .join(', '),
  },
});
