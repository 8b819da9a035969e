import { reason, WeirError } from '@weir/errors';

/**
 * What went wrong: `lost` the connection or never had one, `busy` with too much work, `conflict` with another
 * transaction (worth repeating), `stopped` by a timeout or a cancellation, or `other`: the statement itself.
 */
export type FailureKind = 'lost' | 'busy' | 'conflict' | 'stopped' | 'other';

const RETRY_AFTER_MS = { lost: 1_000, full: 1_000, busy: 500, conflict: 100, stopped: 500 } as const;

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const bySqlState: readonly [RegExp, FailureKind][] = [
  [/^(40001|40P01)$/, 'conflict'],
  [/^57014$/, 'stopped'],
  [/^(08...|57P0.|28...|3D000|25P03|25P04|58...)$/, 'lost'],
  [/^(53...|55P03)$/, 'busy'],
];
const socketCodes = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST\w+|ENET\w+|ENOENT)$/;
const lostMessages = /^Connection terminated|connection error and is not queryable|connection has been discarded/;
const busyMessages = /^timeout exceeded when trying to connect/;

/** Which kind of failure an error of the driver is. */
export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Error) || error instanceof WeirError) return 'other';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = bySqlState.find(([pattern]) => pattern.test(code));
  if (known) return known[1];
  if (socketCodes.test(code) || lostMessages.test(error.message)) return 'lost';
  return busyMessages.test(error.message) ? 'busy' : 'other';
}

/** DATABASE_UNAVAILABLE or DATABASE_FULL for what a caller may retry; every other error as it is. */
export function asWeirError(error: unknown): unknown {
  const kind = failureKind(error);
  if (kind === 'busy' && isDiskFull(error))
    return reason('DATABASE_FULL', {}, { retryAfterMs: RETRY_AFTER_MS.full, cause: error });
  return kind === 'other' ? error : unavailable(RETRY_AFTER_MS[kind], error);
}

// PostgreSQL: disk_full.
const isDiskFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '53100';

/** DATABASE_UNAVAILABLE, with when to come back. */
export const unavailable = (retryAfterMs: number = RETRY_AFTER_MS.lost, cause?: unknown): WeirError =>
  reason('DATABASE_UNAVAILABLE', {}, { retryAfterMs, cause });

/** Whether a statement broke a unique constraint, any or the one named. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === '23505' &&
  (constraint === undefined || ('constraint' in error && error.constraint === constraint));
