import type { Measure } from '../measures/measure.ts';
import type { Settled } from '../parameters.ts';

/** One control of a framework, and how it is measured. */
export interface Control {
  /** The framework's own number. */
  readonly id: string;
  /** What it demands, in a sentence. */
  readonly title: string;
  readonly measure: Measure;
  /** Whether it holds with these parameters; undefined: always. */
  readonly holds?: (parameters: Settled) => boolean;
}
