import { Verdict } from '@weir/contracts/security';
import { LRUCache } from 'lru-cache';
import type { DecisionRecord } from './decision-store.ts';

/** A control that settled a decision for a principal. */
export interface UsedControl {
  readonly policy: string;
  readonly control: string;
  readonly principal: string;
  readonly at: Date;
}

/** Which uses of controls are worth writing down. */
export interface FreshUses {
  /** Those of which nothing was written in the last minute; each control once for each principal. */
  of(records: readonly DecisionRecord[]): UsedControl[];
  /** Tells that they have been. */
  written(uses: readonly UsedControl[]): void;
}

const EVERY_MS = 60_000;
const MAX_KNOWN = 100_000;

/**
 * Reviews of access rights count in days: a use is written once a minute. So calls that use the same control do not wait
 * for each other's commits to change the same row.
 */
export function freshUses(): FreshUses {
  const known = new LRUCache<string, number>({ max: MAX_KNOWN });

  return {
    of(records) {
      const latest = new Map<string, UsedControl>();
      for (const { question, decision } of records) {
        if (decision.verdict !== Verdict.ALLOW) continue;
        const at = decision.decidedAt ?? new Date();
        for (const { policy, controlId } of decision.controls) {
          const use = { policy, control: controlId, principal: question.principal, at };
          if (at.getTime() - (known.get(keyOf(use)) ?? 0) >= EVERY_MS) latest.set(keyOf(use), use);
        }
      }
      return [...latest.values()];
    },
    written(uses) {
      for (const use of uses) known.set(keyOf(use), use.at.getTime());
    },
  };
}

// The name of a policy has its tenant in it.
const keyOf = ({ policy, control, principal }: UsedControl): string => `${policy} ${control} ${principal}`;
