import type { Reason } from '@weir/errors';
import type {
  AnonymizedBatch,
  AnonymizeSettings,
  FoundInRecord,
  ScanContent,
  ScanSettings,
} from '../domain/privacy/scan-job.ts';
import type { JsonRecord } from '../domain/privacy/json-value.ts';

/** What a thread is asked; `deadline` in milliseconds since the epoch. */
export interface AnonymizeJob {
  readonly settings: AnonymizeSettings;
  readonly records: readonly JsonRecord[];
  readonly deadline: number;
}

/** The same for a scan without changes. */
export interface DetectJob {
  readonly settings: ScanSettings;
  readonly content: ScanContent;
  readonly deadline: number;
}

/** What it answers. An error has no class on its way between threads. */
export type Answer<T> = { readonly done: T } | { readonly refused: Refusal };

/** A WeirError as plain data. */
export interface Refusal {
  readonly reason: Reason;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The answer to a batch. */
export type AnonymizeAnswer = Answer<AnonymizedBatch>;
/** The answer to a scan. */
export type DetectAnswer = Answer<FoundInRecord[]>;
