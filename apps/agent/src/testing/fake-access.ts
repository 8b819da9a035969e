import type { DeepPartial } from '@weir/contracts';
import {
  AccessServiceDefinition,
  Decision,
  DecisionReason,
  Verdict,
  type AccessQuestion,
} from '@weir/contracts/security';
import { bind, type Binding } from '@weir/rpc';

/** Access decisions that tests make themselves. */
export interface FakeAccess {
  readonly bindings: Binding[];
  readonly questions: AccessQuestion[];
  /** What is answered from now on. */
  decision: DeepPartial<Decision>;
}

/** What security says of a tenant that never had a policy. */
export const NO_POLICY: DeepPartial<Decision> = { verdict: Verdict.DENY, reason: DecisionReason.NO_MATCH };

/** Decisions of a tenant without a policy. */
export function fakeAccess(): FakeAccess {
  const access: Omit<FakeAccess, 'bindings'> = { questions: [], decision: NO_POLICY };
  const binding = bind(AccessServiceDefinition, {
    checkAccess: async ({ question }) => {
      if (question) access.questions.push(question);
      return { decision: Decision.fromPartial(access.decision as Parameters<typeof Decision.fromPartial>[0]) };
    },
  });
  return Object.assign(access, { bindings: [binding] });
}
