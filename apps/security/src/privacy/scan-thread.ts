// A thread that scans: long work on personal data holds up nobody's call. It knows nothing but what a job brings.
import { reason, WeirError } from '@weir/errors';
import { anonymizeBatch, scanContent } from '../domain/privacy/scan-job.ts';
import type { AnonymizeAnswer, AnonymizeJob, Answer, DetectAnswer, DetectJob } from './scan-protocol.ts';

/** Anonymises a batch of records. */
export const anonymize = ({ settings, records, deadline }: AnonymizeJob): AnonymizeAnswer =>
  answered(() => anonymizeBatch(settings, records, until(deadline)));

/** Finds personal data. */
export const detect = ({ settings, content, deadline }: DetectJob): DetectAnswer =>
  answered(() => {
    const check = until(deadline);
    return [...scanContent(settings, content, check)].map((found) => {
      check();
      return found;
    });
  });

const until = (deadline: number) => (): void => {
  if (Date.now() >= deadline) throw reason('SCAN_INCOMPLETE');
};

function answered<T>(work: () => T): Answer<T> {
  try {
    return { done: work() };
  } catch (error) {
    if (error instanceof WeirError) return { refused: { reason: error.reason, metadata: error.metadata } };
    throw error;
  }
}
