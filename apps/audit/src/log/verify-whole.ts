import { verifyRuns } from './search/verify-runs.ts';
import type { AuditLog } from './audit-log.ts';
import type { Finding, Verification } from './verification.ts';
import { verifyLog } from './verify-log.ts';
import { readingUntil } from './verify-meter.ts';

/**
 * Verifies a log and what queries look its events up in, side by side: a thread builds the index while this one hashes.
 * A fault of the log itself is told first. Ends when the signal aborts.
 */
export async function verifyWhole(
  { store, searches, removals }: Pick<AuditLog, 'store' | 'searches' | 'removals'>,
  verification: Verification,
  signal: AbortSignal,
): Promise<Finding> {
  const { meter, size } = verification;
  const over = new AbortController();
  const read = readingUntil(store, AbortSignal.any([signal, over.signal]), meter.indexed);
  const building = verifyRuns({ store: read, searches }, verification, over.signal);
  // Whatever becomes of it is looked at below; until then a failure is nobody's.
  building.then(() => meter.indexed(size)).catch(() => undefined);
  try {
    const finding = await verifyLog(readingUntil(store, signal), removals, verification);
    return finding.fault ? finding : { ...finding, fault: await building };
  } finally {
    over.abort();
    await building.catch(() => undefined);
  }
}
