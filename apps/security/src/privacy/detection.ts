import type { CallContext } from '@weir/context';
import { isLarge } from '../domain/privacy/is-large.ts';
import { scanContent, type FoundInRecord, type ScanContent, type ScanSettings } from '../domain/privacy/scan-job.ts';
import { pace } from './pace.ts';
import type { PrivacyParts } from './privacy-parts.ts';

/**
 * Finds personal data, record by record; in a large content on another thread. All of it is looked through when it ends:
 * SCAN_INCOMPLETE, SCAN_QUEUE_FULL, SCANNER_LOST.
 */
export async function* detection(
  { scans }: Pick<PrivacyParts, 'scans'>,
  settings: ScanSettings,
  content: ScanContent,
  { deadline, signal }: CallContext,
): AsyncGenerator<FoundInRecord> {
  const timing = pace(deadline, signal);
  timing.check();
  if (isLarge(content)) yield* await scans.detect({ settings, content, deadline }, signal);
  else {
    for (const found of scanContent(settings, content, timing.check)) {
      await timing.step();
      yield found;
    }
  }
  timing.check();
}
