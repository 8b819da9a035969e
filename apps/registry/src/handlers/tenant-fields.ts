import { Clearance, Environment, Tier } from '@weir/contracts/registry';
import { enumValue, resourceId, text } from '@weir/rpc';
import { z } from 'zod';

const MAX_CUSTOM_LIMITS = 64;

const quota = () =>
  z.object({
    bound: z.discriminatedUnion(
      '$case',
      [
        z.object({ $case: z.literal('atMost'), value: z.bigint().min(1n, 'must be at least 1') }),
        z.object({ $case: z.literal('unlimited'), value: z.literal(true, 'must be true') }),
      ],
      'must be at_most or unlimited',
    ),
  });

const customLimits = () =>
  z.record(z.string(), z.bigint()).superRefine((limits, context) => {
    const names = Object.keys(limits);
    if (names.length > MAX_CUSTOM_LIMITS) context.addIssue(`must have at most ${MAX_CUSTOM_LIMITS} entries`);
    const wrong = names.filter((name) => !resourceId().safeParse(name).success).map((name) => JSON.stringify(name));
    if (wrong.length > 0) context.addIssue(`must be named as resource ids, not ${wrong.join(', ').slice(0, 200)}`);
  });

const limitFields = {
  maxConcurrentJobs: z.number().min(1, 'must be at least 1').optional(),
  monthlyProcessingHours: quota().optional(),
  storageGb: quota().optional(),
  customLimits: customLimits(),
};

/** The fields of a tenant that callers set. */
export const tenantFields = {
  displayName: text(1, 120),
  tier: enumValue(Tier),
  limits: z
    .object(limitFields)
    .optional()
    .transform((limits) => limits ?? { customLimits: {} }),
  allowedEnvironments: z
    .array(enumValue(Environment))
    .min(1, 'must name at least one environment')
    .transform((environments) => [...new Set(environments)].sort((a, b) => a - b)),
  clearanceCeiling: enumValue(Clearance),
};

/** What an update mask may name, and what the field must then hold. */
export const maskedFields: Readonly<Record<string, z.ZodType>> = {
  display_name: tenantFields.displayName,
  tier: tenantFields.tier,
  limits: tenantFields.limits,
  'limits.max_concurrent_jobs': limitFields.maxConcurrentJobs,
  'limits.monthly_processing_hours': limitFields.monthlyProcessingHours,
  'limits.storage_gb': limitFields.storageGb,
  'limits.custom_limits': limitFields.customLimits,
  allowed_environments: tenantFields.allowedEnvironments,
  clearance_ceiling: tenantFields.clearanceCeiling,
};
