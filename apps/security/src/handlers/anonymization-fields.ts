import { Clearance } from '@weir/contracts/registry';
import {
  GeneralizationMethod,
  PiiType,
  PiiValidator,
  Role,
  type AnonymizationOperator,
  type AnonymizationRule,
  type PiiCustomRecognizer,
} from '@weir/contracts/security';
import { enumValue, resourceId, text } from '@weir/rpc';
import { z } from 'zod';
import { syntaxProblem } from '../domain/privacy/custom-recognizer.ts';

const PATH = /^[\p{L}_][\p{L}\p{N}_-]*(?:\[\])?(?:\.(?:\*|[\p{L}\p{N}_-]+(?:\[\])?))*$/u;
const KEY = /^tenants\/[a-z][a-z0-9-]{1,61}[a-z0-9]\/keys\/[a-z][a-z0-9-]{1,61}[a-z0-9]$/;

const whole = (min: number, max: number) =>
  z.int(`must be ${min} to ${max}`).min(min, `must be ${min} to ${max}`).max(max, `must be ${min} to ${max}`);
const zeroOr = (min: number, max: number) => z.literal(0).or(whole(min, max));
const score = () => z.number().min(0, 'must be above 0 and up to 1').max(1, 'must be above 0 and up to 1');

/** "email", "customer.address.zip", "features.*", "contacts[].phone". */
export const fieldPath = () =>
  text(1, 512).regex(PATH, 'must be a field path, like "customer.address.zip" or "contacts[].phone"');

const Operator = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('hash'), value: z.object({ lengthBytes: zeroOr(8, 32) }) }),
    z.object({
      $case: z.literal('mask'),
      value: z.object({
        keepFirst: whole(0, 8).optional(),
        keepLast: whole(0, 4).optional(),
        maskCharacter: z.string().regex(/^.?$/su, 'must be one character'),
      }),
    }),
    z.object({ $case: z.literal('redact'), value: z.object({ replacement: text(0, 64) }) }),
    z.object({
      $case: z.literal('tokenize'),
      value: z.object({ key: z.literal('').or(z.string().regex(KEY, 'must be "tenants/<id>/keys/<id>"')) }),
    }),
    z.object({
      $case: z.literal('generalize'),
      value: z.object({ method: z.literal(GeneralizationMethod.UNSPECIFIED).or(enumValue(GeneralizationMethod)) }),
    }),
    z.object({ $case: z.literal('keep'), value: z.object({}) }),
  ],
  'is required: one of hash, mask, redact, tokenize, generalize, keep',
);

/** How a value is made anonymous. */
export const operatorField = () =>
  z.object({ operator: Operator }, 'is required') satisfies z.ZodType<AnonymizationOperator>;

const Target = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('fieldPath'), value: fieldPath() }),
    z.object({ $case: z.literal('type'), value: enumValue(PiiType) }),
    z.object({ $case: z.literal('customRecognizer'), value: resourceId() }),
  ],
  'is required: one of field_path, type, custom_recognizer',
);

/** What to do with a field or with findings of a type. */
export const ruleField = () =>
  z
    .object({ target: Target, operator: operatorField(), outputField: z.literal('').or(fieldPath()) })
    .refine(({ target, outputField }) => outputField === '' || target.$case === 'fieldPath', {
      path: ['outputField'],
      message: 'only goes with field_path',
    }) satisfies z.ZodType<AnonymizationRule>;

/** A tenant's own recogniser; whether its pattern is safe is checked apart. */
export const recognizerField = () =>
  z
    .object({
      id: resourceId(),
      description: text(1, 200),
      pattern: text(1, 1_000).superRefine((pattern, context) => {
        const problem = syntaxProblem(pattern);
        if (problem !== undefined)
          context.addIssue({ code: 'custom', message: `must be a regular expression in RE2 syntax: ${problem}` });
      }),
      validator: z.literal(PiiValidator.UNSPECIFIED).or(enumValue(PiiValidator)),
      contextWords: z.array(text(1, 100)).max(50, 'must have at most 50'),
      score: score(),
      defaultOperator: operatorField().optional(),
    })
    .transform((recognizer): PiiCustomRecognizer => ({ defaultOperator: undefined, ...recognizer }));

/** How a tenant anonymises, and when decisions oblige to. */
export const anonymizationPolicyField = () =>
  z.object({
    rules: z.array(ruleField()).max(500, 'must have at most 500'),
    customRecognizers: z.array(recognizerField()).max(50, 'must have at most 50'),
    requiredFrom: z.literal(Clearance.UNSPECIFIED).or(enumValue(Clearance)),
    exemptRoles: z.array(enumValue(Role)),
    detectPii: z.boolean().optional(),
  });
