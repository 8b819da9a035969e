import type { Code } from '../code.ts';

/** One way a call can fail: `{name}` in a message stands for the metadata of that name. */
export interface ReasonEntry {
  readonly code: Code;
  /** One sentence for the caller: what is wrong, in its own words. */
  readonly message: string;
  /** What the caller can do about it. */
  readonly hint: string;
}

/** A part of the catalogue. Reasons are UPPER_SNAKE and never change their code. */
export type Reasons = Readonly<Record<string, ReasonEntry>>;
