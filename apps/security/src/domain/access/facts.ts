import type { Permission } from '@weir/contracts/options';
import { Clearance } from '@weir/contracts/registry';
import type { AccessQuestion, PrincipalState, Role } from '@weir/contracts/security';
import { permissionsOf } from '../roles.ts';
import { parseAddress } from './address.ts';

/** What is known about the principal of a question; undefined: there is no such one. */
export interface PrincipalFacts {
  readonly state: PrincipalState;
  readonly roles: readonly Role[];
}

/** A question with everything that counts for its answer. */
export interface Facts {
  readonly question: AccessQuestion;
  readonly principal: PrincipalFacts | undefined;
  /** What it may do at all: its roles' permissions, narrowed to those of its token. */
  readonly permissions: readonly Permission[];
  /** The moment that is decided for. */
  readonly time: Date;
  /** Undefined: not known. */
  readonly address: readonly number[] | undefined;
  /** Undefined: not known. */
  readonly mfa: boolean | undefined;
}

/** Puts a question together with what is known about its principal. `now` is its time unless it says otherwise. */
export function factsOf(question: AccessQuestion, principal: PrincipalFacts | undefined, now: Date): Facts {
  const { context } = question;
  const granted = permissionsOf(principal?.roles ?? []);
  const ofToken = context?.tokenPermissions ?? [];
  const { sourceIp = '' } = context ?? {};
  return {
    question,
    principal,
    permissions: ofToken.length === 0 ? granted : granted.filter((permission) => ofToken.includes(permission)),
    time: context?.time ?? now,
    address: sourceIp === '' ? undefined : parseAddress(sourceIp),
    mfa: context?.mfa,
  };
}

/** The question as it counted, with its time filled in: what is recorded and replayed. */
export const settledQuestion = ({ question, time, mfa }: Facts): AccessQuestion => ({
  ...question,
  context: { sourceIp: '', tokenPermissions: [], ...question.context, mfa, time },
});

/** The higher of two classifications. */
export const higher = (a: Clearance, b: Clearance): Clearance => (a > b ? a : b);

/** What an operation counts as that no policy classifies. */
export const UNCLASSIFIED: Clearance = Clearance.RESTRICTED;
