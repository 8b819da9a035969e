import { catalogue, type Reason } from './catalogue/index.ts';
import type { ReasonEntry } from './catalogue/reasons.ts';
import type { Code } from './code.ts';

/** What a caller may need beside the reason; each becomes its google.rpc message. */
export interface ErrorDetails {
  /** BadRequest: every broken field, by its path in the proto file. */
  readonly violations?: readonly FieldViolation[];
  /** QuotaFailure. */
  readonly quota?: readonly { subject: string; description: string }[];
  /** RetryInfo, in milliseconds, and `grpc-retry-pushback-ms`. */
  readonly retryAfterMs?: number;
  /** PreconditionFailure. */
  readonly preconditions?: readonly { type: string; subject: string; description: string }[];
  /** ResourceInfo. */
  readonly resource?: { type: string; name: string; description?: string };
}

/** One broken field of a request. */
export interface FieldViolation {
  /** "tenant.limits.max_concurrent_jobs" */
  readonly field: string;
  /** What it must be. */
  readonly description: string;
}

/** A failure that callers may know about: one reason of the catalogue, with its facts. */
export class WeirError extends Error {
  readonly reason: Reason;
  readonly code: Code;
  readonly metadata: Readonly<Record<string, string>>;
  readonly details: ErrorDetails;

  constructor(name: Reason, message: string, metadata: Record<string, string>, details: ErrorDetails, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'WeirError';
    this.reason = name;
    this.code = catalogue[name].code;
    this.metadata = metadata;
    this.details = details;
  }
}

/** The error for one reason of the catalogue. Throw it; the adapter turns it into a google.rpc status. */
export function reason(
  name: Reason,
  facts: Record<string, string | number | bigint> = {},
  details: ErrorDetails & { cause?: unknown } = {},
): WeirError {
  const { cause, ...rest } = details;
  const metadata = Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, clip(String(value))]));
  return new WeirError(name, fill(catalogue[name], metadata), metadata, rest, cause);
}

/** Whether an error, ours or a remote one, has this reason. */
export const isReason = (error: unknown, name: Reason): error is WeirError =>
  error instanceof WeirError && error.reason === name;

/** INVALID_ARGUMENT with every broken field, up to fifty; the count is that of all. */
export const invalid = (violations: readonly FieldViolation[]): WeirError =>
  reason(
    'INVALID_ARGUMENT',
    {
      count: violations.length,
      fields: violations.map(({ field, description }) => `${field}: ${description}`).join('; '),
    },
    { violations: violations.slice(0, MAX_VIOLATIONS).map(clipped) },
  );

const MAX_VIOLATIONS = 50;
const MAX_CHARACTERS = 512;

// Facts may come straight from a request, and an error travels in headers, which have little room.
const clip = (text: string): string => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);

const clipped = ({ field, description }: FieldViolation): FieldViolation => ({
  field: clip(field),
  description: clip(description),
});

const fill = (entry: ReasonEntry, metadata: Record<string, string>): string =>
  entry.message.replace(/\{(\w+)\}/g, (placeholder, key: string) => metadata[key] ?? placeholder);
