import type { Clearance } from '@weir/contracts/registry';
import { AccessControlPart, AccessEffect, MfaCondition, type AccessControl } from '@weir/contracts/security';
import { isInRange, parseRange, type AddressRange } from './address.ts';
import type { Facts } from './facts.ts';
import { matchesPattern } from './pattern.ts';
import { isInWindow } from './time-window.ts';

/** A control of a policy, ready to be asked. */
export interface CompiledControl {
  /** The name of its policy. */
  readonly policy: string;
  readonly control: AccessControl;
  readonly isDeny: boolean;
  readonly ranges: readonly AddressRange[];
}

/** Prepares a control. */
export const compileControl = (policy: string, control: AccessControl): CompiledControl => ({
  policy,
  control,
  isDeny: control.effect === AccessEffect.DENY,
  ranges: (control.conditions?.sourceCidrs ?? []).flatMap((cidr) => parseRange(cidr) ?? []),
});

type Part = (compiled: CompiledControl, facts: Facts, classification: Clearance) => boolean;

// What the question leaves open counts as not met for ALLOW, and as met for DENY.
const parts: readonly (readonly [AccessControlPart, Part])[] = [
  [AccessControlPart.PRINCIPAL, matchesPrincipal],
  [AccessControlPart.PERMISSION, ({ control }, { question }) => control.permissions.includes(question.permission)],
  [AccessControlPart.OPERATION, ({ control }, { question }) => some(control.operations, question.operation)],
  [AccessControlPart.RESOURCE, ({ control }, { question }) => some(control.resources, question.resource)],
  [AccessControlPart.DATA_TYPE, matchesDataTypes],
  [
    AccessControlPart.CLASSIFICATION,
    ({ control: { classifications } }, _, counted) => classifications.length === 0 || classifications.includes(counted),
  ],
  [AccessControlPart.EXPIRY, ({ control: { expiresAt } }, { time }) => expiresAt === undefined || time < expiresAt],
  [
    AccessControlPart.SOURCE_CIDR,
    ({ ranges, control, isDeny }, { address }) =>
      (control.conditions?.sourceCidrs ?? []).length === 0 ||
      (address ? ranges.some((range) => isInRange(range, address)) : isDeny),
  ],
  [AccessControlPart.TIME_WINDOW, matchesTime],
  [AccessControlPart.MFA, matchesMfa],
];

/** The parts that do not match; empty: the control matches. */
export const mismatches = (control: CompiledControl, facts: Facts, classification: Clearance): AccessControlPart[] =>
  parts.filter(([, matches]) => !matches(control, facts, classification)).map(([part]) => part);

/** The first part that does not match; undefined: the control matches. */
export const firstMismatch = (
  control: CompiledControl,
  facts: Facts,
  classification: Clearance,
): AccessControlPart | undefined => parts.find(([, matches]) => !matches(control, facts, classification))?.[0];

/** The parts of a control that are circumstances. */
export const CONDITIONS: ReadonlySet<AccessControlPart> = new Set([
  AccessControlPart.SOURCE_CIDR,
  AccessControlPart.TIME_WINDOW,
  AccessControlPart.MFA,
]);

const some = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, text));

function matchesPrincipal(
  { control: { principals, roles } }: CompiledControl,
  { question, principal }: Facts,
): boolean {
  if (principals.includes('*') || principals.includes(question.principal)) return true;
  return roles.some((role) => principal?.roles.includes(role));
}

function matchesDataTypes({ control: { dataTypes }, isDeny }: CompiledControl, { question }: Facts): boolean {
  const asked = question.dataTypes;
  if (dataTypes.length === 0) return true;
  if (asked.length === 0) return isDeny;
  return isDeny ? asked.some((type) => dataTypes.includes(type)) : asked.every((type) => dataTypes.includes(type));
}

function matchesTime({ control: { conditions } }: CompiledControl, { time }: Facts): boolean {
  const windows = conditions?.timeWindows ?? [];
  return windows.length === 0 || windows.some((window) => isInWindow(window, time));
}

function matchesMfa({ control: { conditions }, isDeny }: CompiledControl, { mfa }: Facts): boolean {
  const wanted = conditions?.mfa ?? MfaCondition.UNSPECIFIED;
  if (wanted === MfaCondition.UNSPECIFIED) return true;
  return mfa === undefined ? isDeny : mfa === (wanted === MfaCondition.PRESENT);
}
