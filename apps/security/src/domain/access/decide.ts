import type { Clearance } from '@weir/contracts/registry';
import {
  AccessControlPart,
  DecisionReason,
  PrincipalState,
  Verdict,
  type AccessControlRef,
  type Decision,
} from '@weir/contracts/security';
import { CONDITIONS, firstMismatch, mismatches, type CompiledControl } from './control.ts';
import { higher, type Facts } from './facts.ts';
import { obligationsOf, type Demands } from './obligations.ts';
import type { PolicySet } from './policy-set.ts';
import type { Settlement } from './settlement.ts';
import { decisionMessage } from './words.ts';

/** Decides a question by the policies of its tenant: deny by default, deny wins. */
export function settle(policies: PolicySet, facts: Facts): Settlement {
  const { principal, permissions, question } = facts;
  const classification = higher(policies.classificationOf(question.operation), question.classification);
  const by = (reason: DecisionReason, controls: readonly CompiledControl[] = []): Settlement => ({
    reason,
    controls,
    classification,
  });

  if (!principal) return by(DecisionReason.PRINCIPAL_UNKNOWN);
  if (principal.state !== PrincipalState.ACTIVE) return by(DecisionReason.PRINCIPAL_DISABLED);
  if (!permissions.includes(question.permission)) return by(DecisionReason.PERMISSION_MISSING);
  const { denying, allowing, expired, unmet } = sort(policies, facts, classification);
  if (denying.length > 0) return by(DecisionReason.DENIED, denying);
  if (allowing.length > 0) return by(DecisionReason.ALLOWED, allowing);
  if (expired.length > 0) return by(DecisionReason.EXPIRED, expired);
  return unmet.length > 0 ? by(DecisionReason.CONDITION_UNMET, unmet) : by(DecisionReason.NO_MATCH);
}

/** The controls that matched, and the ALLOW controls that matched but for their expiry, or for their conditions. */
function sort(policies: PolicySet, facts: Facts, classification: Clearance) {
  const denying: CompiledControl[] = [];
  const allowing: CompiledControl[] = [];
  const near: CompiledControl[] = [];
  for (const control of policies.candidates(facts)) {
    const first = firstMismatch(control, facts, classification);
    if (first === undefined) (control.isDeny ? denying : allowing).push(control);
    else if (!control.isDeny && (first === AccessControlPart.EXPIRY || CONDITIONS.has(first))) near.push(control);
  }
  const missing = near.map((control) => ({ control, parts: mismatches(control, facts, classification) }));
  const isExpired = (parts: readonly AccessControlPart[]): boolean =>
    parts.every((part) => part === AccessControlPart.EXPIRY);
  const isUnmet = (parts: readonly AccessControlPart[]): boolean => parts.every((part) => CONDITIONS.has(part));
  return {
    denying,
    allowing,
    expired: missing.filter(({ parts }) => isExpired(parts)).map(({ control }) => control),
    unmet: missing.filter(({ parts }) => isUnmet(parts)).map(({ control }) => control),
  };
}

const MAX_CONTROLS = 100;

/** Decides, and says it as callers read it. Without an id: it is not recorded. */
export function decide(policies: PolicySet, facts: Facts, demands: Demands, decidedAt: Date): Decision {
  const settlement = settle(policies, facts);
  const isAllowed = settlement.reason === DecisionReason.ALLOWED;
  return {
    id: '',
    verdict: isAllowed ? Verdict.ALLOW : Verdict.DENY,
    reason: settlement.reason,
    message: decisionMessage(facts, settlement),
    policyRevision: policies.revision,
    obligations: isAllowed ? obligationsOf(policies, facts, settlement.classification, demands) : [],
    controls: refsOf(settlement.controls),
    classification: settlement.classification,
    decidedAt,
    correlationId: facts.question.correlationId,
  };
}

/** Names controls, in a stable order. */
export const refsOf = (controls: readonly CompiledControl[]): AccessControlRef[] =>
  controls
    .map(({ policy, control }) => ({ policy, controlId: control.id }))
    .sort((a, b) => compare(a.policy, b.policy) || compare(a.controlId, b.controlId))
    .slice(0, MAX_CONTROLS);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
