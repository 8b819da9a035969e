import { Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { enumValue, tenantName, text } from '@weir/rpc';
import { z } from 'zod';
import {
  MAX_DETAILS_BYTES,
  MAX_DURATION_SECONDS,
  MAX_EVENT_BYTES,
  MAX_FLAGS,
  TEXT_LIMITS,
} from '../domain/event-limits.ts';

const SNAKE = /^[a-z][a-z0-9_]{0,63}$/;

const snakeCase = () => z.string().regex(SNAKE, 'must be in snake_case, 1 to 64 of a-z, 0-9 and "_"');
const optionalSnakeCase = () => z.string().regex(/^([a-z][a-z0-9_]{0,63})?$/, 'must be in snake_case, or empty');
const day = (what: string) =>
  z.date({ error: (issue) => (issue.input === undefined ? 'is required' : `must be ${what}`) });

/** The id of an event: a UUID in lower case. */
export const eventId = () =>
  z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID in lower case');

/** A tree size; 0 stands for the current one. */
export const treeSize = () =>
  z
    .bigint()
    .min(0n, 'must not be negative')
    .transform((size) => (size === 0n ? undefined : size));

const sealedDetails = z.object({
  subject: text(1, 256),
  key: z.string().regex(/^tenants\/[^/]+\/keys\/[^/]+$/, 'must be "tenants/<t>/keys/<id>"'),
  ciphertext: z.instanceof(Buffer).refine((bytes) => bytes.length > 0, 'is required'),
});

const duration = z.object({
  seconds: z.bigint().min(0n, 'must not be negative').max(BigInt(MAX_DURATION_SECONDS), 'must be at most 10,000 years'),
  nanos: z.number().int().min(0, 'must be 0 to 999,999,999').max(999_999_999, 'must be 0 to 999,999,999'),
});

const fields = {
  id: eventId(),
  time: day('a time'),
  tenant: tenantName(),
  principal: text(0, TEXT_LIMITS.name),
  actor: text(0, TEXT_LIMITS.name),
  service: text(1, TEXT_LIMITS.service),
  method: text(0, TEXT_LIMITS.method),
  type: snakeCase(),
  resource: text(0, TEXT_LIMITS.name),
  agent: text(0, TEXT_LIMITS.name),
  dataset: text(0, TEXT_LIMITS.name),
  processingType: optionalSnakeCase(),
  sensitivity: enumValue(Sensitivity),
  dataSizeBytes: z.bigint().min(0n, 'must not be negative').optional(),
  outcome: enumValue(Outcome),
  errorReason: z.string().regex(/^([A-Z][A-Z0-9_]{0,127})?$/, 'must be in UPPER_SNAKE, or empty'),
  duration: duration.optional(),
  traceId: z.string().regex(/^([0-9a-f]{32})?$/, 'must be 32 lower-case hexadecimal digits, or empty'),
  policyRevision: z.bigint().min(0n, 'must not be negative'),
  complianceFlags: z.array(snakeCase()).max(MAX_FLAGS, `must have at most ${MAX_FLAGS} items`),
  details: z
    .custom<Event['details']>((value) => value === undefined || (typeof value === 'object' && value !== null))
    .refine(fitsDetails, `must have at most ${MAX_DETAILS_BYTES} bytes`),
  sealedDetails: z.array(sealedDetails).max(16, 'must have at most 16 items'),
};

const EMPTY = Event.fromPartial({});

/** An event as a sender may record it; the fields that only audit sets are dropped. */
export const eventSchema = z
  .object(fields)
  .refine(({ outcome, errorReason }) => outcome === Outcome.SUCCEEDED || errorReason !== '', {
    path: ['errorReason'],
    message: 'is required unless the outcome is SUCCEEDED',
  })
  .refine(({ sealedDetails: sealed }) => new Set(sealed.map(({ subject }) => subject)).size === sealed.length, {
    path: ['sealedDetails'],
    message: 'must have one item per subject',
  })
  .transform((event): Event => ({ ...EMPTY, ...event }));

/** What an event that is too large as a whole is told. */
export const tooLarge = (bytes: number): string | undefined =>
  bytes > MAX_EVENT_BYTES ? `must have at most ${MAX_EVENT_BYTES} bytes, has ${bytes}` : undefined;

// Counted in the JSON form, which is never much smaller than the serialised one.
function fitsDetails(details: Event['details']): boolean {
  return details === undefined || Buffer.byteLength(JSON.stringify(details)) <= MAX_DETAILS_BYTES;
}
