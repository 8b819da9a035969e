import { permissionToJSON, type Permission } from '@weir/contracts/options';
import { clearanceToJSON, type Clearance } from '@weir/contracts/registry';
import {
  AccessControlPart,
  accessControlPartToJSON,
  AccessEffect,
  DecisionReason,
  MfaCondition,
  type AccessControl,
  type AccessControlTrace,
  type TimeWindow,
} from '@weir/contracts/security';
import { rolesText } from '../roles.ts';
import { mismatches, type CompiledControl } from './control.ts';
import type { Settlement } from './settlement.ts';
import type { Facts } from './facts.ts';

const permissionText = (permission: Permission): string =>
  permissionToJSON(permission).replace('PERMISSION_', '').toLowerCase();

/** "CONFIDENTIAL" */
export const clearanceText = (clearance: Clearance): string => clearanceToJSON(clearance).replace('CLEARANCE_', '');

const listed = (texts: readonly string[]): string => (texts.length === 0 ? 'none' : texts.join(', '));

/** Why a decision came out as it did, in one sentence. */
export function decisionMessage({ question }: Facts, { reason, controls }: Settlement): string {
  const { principal, operation, resource } = question;
  const permission = permissionText(question.permission);
  const named = controls.slice(0, 3).map(({ policy, control }) => `${policy}#${control.id}`);
  const by = named.join(', ') + (controls.length > named.length ? ` and ${controls.length - named.length} more` : '');
  switch (reason) {
    case DecisionReason.PRINCIPAL_UNKNOWN:
      return `there is no principal ${principal} in the tenant`;
    case DecisionReason.PRINCIPAL_DISABLED:
      return `${principal} is disabled`;
    case DecisionReason.PERMISSION_MISSING:
      return `the roles or the token of ${principal} do not grant ${permission}`;
    case DecisionReason.DENIED:
      return `${by} denies ${operation} on ${resource} to ${principal}`;
    case DecisionReason.ALLOWED:
      return `${by} allows ${operation} on ${resource} to ${principal}`;
    case DecisionReason.EXPIRED:
      return `${by} allowed ${operation} on ${resource} to ${principal} until it expired`;
    case DecisionReason.CONDITION_UNMET:
      return `${by} allows ${operation} on ${resource} to ${principal} under conditions that are not met`;
    default:
      return `no policy allows ${operation} on ${resource} to ${principal} with ${permission}`;
  }
}

/** The steps of a decision, each in one sentence, in order. */
export function stepsOf(facts: Facts, settlement: Settlement, controlCount: number): string[] {
  const { question, principal, permissions, time } = facts;
  const steps = [
    principal
      ? `${question.principal} has the roles ${listed([rolesText(principal.roles)])} and is ${settlement.reason === DecisionReason.PRINCIPAL_DISABLED ? 'disabled' : 'active'}.`
      : `${question.principal} is no principal of the tenant and does not administer the platform.`,
  ];
  if (settlement.reason <= DecisionReason.PRINCIPAL_DISABLED) return steps;
  steps.push(
    `Its roles and its token grant ${listed(permissions.map(permissionText))}; ${permissionText(question.permission)} is asked for.`,
  );
  if (settlement.reason === DecisionReason.PERMISSION_MISSING) return steps;
  steps.push(
    `${question.operation} counts as ${clearanceText(settlement.classification)}, and the time as ${time.toISOString()}.`,
    `${controlCount} controls were looked at.`,
    sentence(decisionMessage(facts, settlement)),
  );
  return steps;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** How one control looks at a question, with the values that were compared. */
export function traceOf(compiled: CompiledControl, facts: Facts, classification: Clearance): AccessControlTrace {
  const { policy, control } = compiled;
  const missed = mismatches(compiled, facts, classification);
  const effect = control.effect === AccessEffect.DENY ? 'denies' : 'allows';
  const why = missed.map((part) => mismatchText(part, control, facts, classification));
  const message =
    missed.length === 0
      ? `${policy}#${control.id} ${effect}`
      : `${policy}#${control.id} does not match: ${why.join('; ')}`;
  return {
    control: { policy, controlId: control.id },
    effect: control.effect,
    matched: missed.length === 0,
    mismatches: missed,
    message,
  };
}

function mismatchText(
  part: AccessControlPart,
  control: AccessControl,
  facts: Facts,
  classification: Clearance,
): string {
  const { question, principal, time } = facts;
  const { conditions } = control;
  const want: Partial<Record<AccessControlPart, readonly [string, string]>> = {
    [AccessControlPart.PRINCIPAL]: [
      `${question.principal} (${rolesText(principal?.roles ?? [])})`,
      listed([...control.principals, rolesText(control.roles)].filter((text) => text !== '')),
    ],
    [AccessControlPart.PERMISSION]: [
      permissionText(question.permission),
      listed(control.permissions.map(permissionText)),
    ],
    [AccessControlPart.OPERATION]: [question.operation, listed(control.operations)],
    [AccessControlPart.RESOURCE]: [question.resource, listed(control.resources)],
    [AccessControlPart.DATA_TYPE]: [listed(question.dataTypes), listed(control.dataTypes)],
    [AccessControlPart.CLASSIFICATION]: [
      clearanceText(classification),
      listed(control.classifications.map(clearanceText)),
    ],
    [AccessControlPart.EXPIRY]: [time.toISOString(), `before ${control.expiresAt?.toISOString() ?? 'ever'}`],
    [AccessControlPart.SOURCE_CIDR]: [question.context?.sourceIp || 'not known', listed(conditions?.sourceCidrs ?? [])],
    [AccessControlPart.TIME_WINDOW]: [time.toISOString(), listed((conditions?.timeWindows ?? []).map(windowText))],
    [AccessControlPart.MFA]: [mfaText(facts.mfa), conditions?.mfa === MfaCondition.PRESENT ? 'proven' : 'not proven'],
  };
  const [is, wanted] = want[part] ?? ['', ''];
  const name = accessControlPartToJSON(part).replace('ACCESS_CONTROL_PART_', '').toLowerCase().replaceAll('_', ' ');
  return `${name} is ${is}, not ${wanted}`.slice(0, 500);
}

const mfaText = (mfa: boolean | undefined): string => (mfa === undefined ? 'not known' : mfa ? 'proven' : 'not proven');

const windowText = ({ timeZone, days, startMinute, endMinute }: TimeWindow): string =>
  `${clock(startMinute)}-${clock(endMinute)} ${timeZone}${days.length === 0 ? '' : ` on days ${days.join(', ')}`}`;

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
