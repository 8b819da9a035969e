import { Promotion, type DeploymentSpec } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import { childName, componentName, enumValue, semver } from '@weir/rpc';
import { z } from 'zod';
import { millis, type Duration } from '../domain/durations.ts';
import { container } from './container-fields.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** A duration within bounds, given in words for the message; unset is left to the default. */
const lasting = (minMs: number, maxMs: number, shape: string) =>
  z
    .custom<Duration>()
    .optional()
    .refine((value) => isWithin(millis(value), minMs, maxMs), `must be ${shape}`);

const isWithin = (ms: number | undefined, min: number, max: number): boolean =>
  ms === undefined || (ms >= min && ms <= max);

const share = () => z.number().min(0, 'must be 0 to 1').max(1, 'must be 0 to 1').optional();

const count = (max: number) =>
  z
    .number()
    .int()
    .min(0, 'must not be negative')
    .max(max, `must be at most ${max.toLocaleString('en')}`);

const analysis = z.object({
  window: lasting(SECOND, DAY, '1 second to 24 hours'),
  smokeRuns: count(10_000),
  maxErrorRate: share(),
  maxErrorRateIncrease: share(),
  maxP95Ratio: z.number().min(0.1, 'must be 0.1 to 100').max(100, 'must be 0.1 to 100').optional(),
  maxP95: lasting(1, DAY, 'more than 0, at most 24 hours'),
});

const strategy = z
  .object({
    promotion: z.literal(Promotion.UNSPECIFIED).or(enumValue(Promotion)),
    promoteAfter: lasting(0, DAY, '0 to 24 hours'),
    abortAfter: lasting(SECOND, 30 * DAY, '1 second to 30 days'),
    analysis: analysis.optional(),
    smokeDataset: z.literal('').or(childName('datasets')),
    minReadyReplicas: count(1_000),
    drainTimeout: lasting(0, DAY, '0 to 24 hours'),
    rollbackWindow: lasting(0, 7 * DAY, '0 to 7 days'),
  })
  .refine(({ promotion, promoteAfter }) => promotion !== Promotion.MANUAL || promoteAfter === undefined, {
    path: ['promoteAfter'],
    message: 'must be unset with MANUAL promotion',
  });

/** What to roll out, where and how: valid in itself, defaults still to be filled in. */
export const deploymentSpec = () =>
  z
    .object({
      environment: enumValue(Environment),
      component: componentName(),
      version: semver(),
      strategy: strategy.optional(),
      container: container().optional(),
    })
    // The same message, field by field: generated types say "or undefined" where zod says "or absent".
    .transform((spec) => spec as DeploymentSpec);
