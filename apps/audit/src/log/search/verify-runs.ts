import { FaultReason } from '@weir/contracts/audit';
import type { Fault } from '../../domain/fault.ts';
import type { RunContent } from '../../domain/search/run-builder.ts';
import type { RunName, StoredRun } from '../../store/search-store.ts';
import type { AuditLog } from '../audit-log.ts';
import type { Verification } from '../verification.ts';
import { buildRun } from './build-run.ts';
import { rangeOf } from './gaps.ts';
import { runWorker } from './run-worker.ts';

/**
 * Builds the search runs of a log anew and compares them: what queries look things up in must not hide events. Ends early
 * when the signal says that nobody needs the answer.
 */
export async function verifyRuns(
  { store, searches }: Pick<AuditLog, 'store' | 'searches'>,
  { scope, log: { tenant }, size }: Verification,
  signal?: AbortSignal,
): Promise<Fault | undefined> {
  await using worker = runWorker();
  const holds = async (name: RunName): Promise<boolean> => {
    const built = await buildRun({ store, worker, scope, tenant }, name);
    // Read last: one that was merged or removed meanwhile is gone by now, and was nothing to rely on.
    const [stored] = await searches.read(scope, tenant, [name]);
    return !stored || isSame(stored, built);
  };
  for (const name of await searches.runs(scope, tenant, size)) {
    const { start, end } = rangeOf(name);
    if (end > size) continue;
    if (signal?.aborted) return undefined;
    // Once more: retention may have removed events while they were read, and the run was made anew since.
    if ((await holds(name)) || (await holds(name))) continue;
    const description = `what queries look up for events ${start} up to ${end} is not what the events say`;
    return { index: start, reason: FaultReason.RECORD_MISMATCH, description };
  }
  return undefined;
}

const isSame = (stored: StoredRun, built: RunContent): boolean =>
  stored.bits === built.bits &&
  stored.firstTime === built.firstTime &&
  stored.lastTime === built.lastTime &&
  stored.times.equals(built.times) &&
  stored.directory.equals(built.directory) &&
  stored.keys.equals(built.keys) &&
  stored.postings.equals(built.postings);
