import type { AccessControlTrace } from '@weir/contracts/security';
import { settle } from './decide.ts';
import type { Facts } from './facts.ts';
import type { PolicySet } from './policy-set.ts';
import { stepsOf, traceOf } from './words.ts';

/** A decision in words. */
export interface Explanation {
  readonly steps: string[];
  /** Those that matched, then those that came nearest. */
  readonly traces: AccessControlTrace[];
  readonly controlCount: bigint;
}

const MAX_TRACES = 100;

/** Looks at every control, also those that a decision would not have to. */
export function explain(policies: PolicySet, facts: Facts): Explanation {
  const settlement = settle(policies, facts);
  const traces = policies.controls
    .map((control) => traceOf(control, facts, settlement.classification))
    .sort((a, b) => a.mismatches.length - b.mismatches.length || compareRefs(a, b))
    .slice(0, MAX_TRACES);
  const steps = stepsOf(facts, settlement, policies.controls.length);
  return { steps, traces, controlCount: BigInt(policies.controls.length) };
}

const compareRefs = ({ control: a }: AccessControlTrace, { control: b }: AccessControlTrace): number =>
  `${a?.policy}#${a?.controlId}` < `${b?.policy}#${b?.controlId}` ? -1 : 1;
