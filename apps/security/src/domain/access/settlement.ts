import type { Clearance } from '@weir/contracts/registry';
import type { DecisionReason } from '@weir/contracts/security';
import type { CompiledControl } from './control.ts';

/** What settled a question, and the controls that did. */
export interface Settlement {
  readonly reason: DecisionReason;
  readonly controls: readonly CompiledControl[];
  readonly classification: Clearance;
}
