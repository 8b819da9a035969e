import {
  AccessEffect,
  DecisionReason,
  MfaCondition,
  PrincipalState,
  Role,
  type AccessControl,
  type AccessQuestion,
  type Policy,
  type TimeWindow,
} from '@weir/contracts/security';
import { Permission } from '@weir/contracts/options';

/** What the naive evaluator is asked with. */
export interface NaiveInput {
  readonly policies: readonly Policy[];
  readonly question: AccessQuestion;
  readonly principal: { state: PrincipalState; roles: readonly Role[] } | undefined;
}

/** A decision by the letter of access.proto: slow, without any index, cache or shared code. */
export function naiveDecision({ policies, question, principal }: NaiveInput) {
  const classification = classify(policies, question);
  const answer = (reason: DecisionReason, controls: string[] = []) => ({
    reason,
    classification,
    controls: controls.sort(),
  });

  if (principal === undefined) return answer(DecisionReason.PRINCIPAL_UNKNOWN);
  if (principal.state === PrincipalState.DISABLED) return answer(DecisionReason.PRINCIPAL_DISABLED);
  const byRoles = principal.roles.flatMap((role) => GRANTS[role] ?? []);
  const ofToken = question.context?.tokenPermissions ?? [];
  const permitted =
    byRoles.includes(question.permission) && (ofToken.length === 0 || ofToken.includes(question.permission));
  if (!permitted) return answer(DecisionReason.PERMISSION_MISSING);

  const found: Record<'denied' | 'allowed' | 'expired' | 'unmet', string[]> = {
    denied: [],
    allowed: [],
    expired: [],
    unmet: [],
  };
  for (const policy of policies) {
    for (const control of policy.accessControls) {
      const deny = control.effect === AccessEffect.DENY;
      const fits = basics(control, question, principal.roles, classification, deny);
      const time = question.context?.time ?? new Date(NaN);
      const lives = control.expiresAt === undefined || time.getTime() < control.expiresAt.getTime();
      const holds = circumstances(control, question, time, deny);
      const name = `${policy.name}#${control.id}`;
      if (!fits) continue;
      if (lives && holds) found[deny ? 'denied' : 'allowed'].push(name);
      else if (!deny && holds) found.expired.push(name);
      else if (!deny && lives) found.unmet.push(name);
    }
  }
  if (found.denied.length > 0) return answer(DecisionReason.DENIED, found.denied);
  if (found.allowed.length > 0) return answer(DecisionReason.ALLOWED, found.allowed);
  if (found.expired.length > 0) return answer(DecisionReason.EXPIRED, found.expired);
  if (found.unmet.length > 0) return answer(DecisionReason.CONDITION_UNMET, found.unmet);
  return answer(DecisionReason.NO_MATCH);
}

/** What is owed for a decision of the naive evaluator, in the order of the kinds in access.proto. */
export function naiveObligations(
  { policies, question, principal }: NaiveInput,
  { reason, classification }: { reason: DecisionReason; classification: number },
) {
  const owed: { kind: unknown; sources: string[] }[] = [];
  if (reason !== DecisionReason.ALLOWED) return owed;
  const add = ($case: string, value: unknown, by: readonly Policy[]): void => {
    if (by.length > 0) owed.push({ kind: { $case, value }, sources: by.map(({ name }) => name).sort() });
  };

  const types = new Map(policies.map((policy) => [policy, encrypted(policy, question.dataTypes)]));
  const encrypting = policies.filter((policy) => types.get(policy) !== 'none');
  const named = encrypting.flatMap((policy) => types.get(policy) ?? []);
  add('encrypt', { dataTypes: named.includes('*') ? [] : [...new Set(named)].sort() }, encrypting);

  const anonymizing = policies.filter(({ anonymization: one }) => {
    const exempt = one?.exemptRoles.some((role) => principal?.roles.includes(role));
    return one !== undefined && !exempt && one.requiredFrom <= classification;
  });
  const detectPii = anonymizing.some((policy) => policy.anonymization?.detectPii ?? true);
  add('anonymize', { rules: [], detectPii }, anonymizing);

  const days = (policy: Policy): number[] =>
    policy.auditRetentions.filter((one) => one.classification === classification).map((one) => one.days);
  const retaining = policies.filter((policy) => days(policy).length > 0);
  add('retain', { auditDays: Math.max(0, ...retaining.flatMap(days)), dataDays: 0 }, retaining);
  return owed;
}

/** The types that a policy wants encrypted, ["*"] for all of them; "none". */
function encrypted({ encryptedDataTypes: patterns }: Policy, asked: readonly string[]): readonly string[] | 'none' {
  if (patterns.includes('*')) return ['*'];
  // Nothing is said of what kind the data are: they may be of any.
  if (asked.length === 0 && patterns.some((pattern) => pattern.endsWith('*'))) return ['*'];
  const types = asked.length === 0 ? patterns : asked.filter((type) => patterns.some((pattern) => like(pattern, type)));
  return types.length === 0 ? 'none' : types;
}

function classify(policies: readonly Policy[], question: AccessQuestion): number {
  let operation = 0;
  for (const policy of policies)
    for (const [pattern, value] of Object.entries(policy.operationClassifications))
      if (like(pattern, question.operation)) operation = Math.max(operation, value);
  return Math.max(operation === 0 ? 4 : operation, question.classification);
}

const P = Permission;
const GRANTS: Partial<Record<number, Permission[]>> = {
  [Role.DATA_ADMIN]: [P.READ, P.WRITE, P.DELETE, P.ADMIN],
  [Role.DATA_ENGINEER]: [P.READ, P.WRITE, P.PIPELINE],
  [Role.ML_ENGINEER]: [P.READ, P.WRITE, P.MODEL],
  [Role.DATA_ANALYST]: [P.READ, P.QUERY],
  [Role.DATA_VIEWER]: [P.READ],
  [Role.PLATFORM_ADMIN]: [P.READ, P.WRITE, P.DELETE, P.ADMIN, P.PIPELINE, P.MODEL, P.QUERY],
};

const like = (pattern: string, text: string): boolean =>
  pattern[pattern.length - 1] === '*' ? text.indexOf(pattern.slice(0, pattern.length - 1)) === 0 : pattern === text;

function basics(
  control: AccessControl,
  question: AccessQuestion,
  roles: readonly Role[],
  classification: number,
  deny: boolean,
): boolean {
  let who = false;
  for (const name of control.principals) if (name === '*' || name === question.principal) who = true;
  for (const role of control.roles) for (const own of roles) if (own === role) who = true;
  let types = control.dataTypes.length === 0;
  if (!types && question.dataTypes.length === 0) types = deny;
  else if (!types && deny) for (const type of question.dataTypes) types ||= control.dataTypes.includes(type);
  else if (!types) types = question.dataTypes.filter((type) => !control.dataTypes.includes(type)).length === 0;
  return (
    who &&
    types &&
    control.permissions.filter((permission) => permission === question.permission).length > 0 &&
    control.operations.filter((pattern) => like(pattern, question.operation)).length > 0 &&
    control.resources.filter((pattern) => like(pattern, question.resource)).length > 0 &&
    (control.classifications.length === 0 || control.classifications.filter((one) => one === classification).length > 0)
  );
}

function circumstances({ conditions }: AccessControl, question: AccessQuestion, time: Date, deny: boolean): boolean {
  if (!conditions) return true;
  const ip = question.context?.sourceIp ?? '';
  const cidrs = conditions.sourceCidrs;
  const inside = cidrs.length === 0 || (ip === '' ? deny : cidrs.some((cidr) => contains(cidr, ip)));
  const windows = conditions.timeWindows;
  const open = windows.length === 0 || windows.some((window) => during(window, time));
  const mfa = question.context?.mfa;
  const factor =
    conditions.mfa === MfaCondition.UNSPECIFIED ||
    (mfa === undefined ? deny : conditions.mfa === MfaCondition.PRESENT ? mfa : !mfa);
  return inside && open && factor;
}

/** An address as one number of 128 bits; IPv4 as ::ffff:a.b.c.d. */
function bits(address: string): bigint {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (dotted && !address.includes(':')) return (0xffffn << 32n) + four(dotted);
  const text = dotted ? address.replace(dotted[0], hexOf(four(dotted))) : address;
  const [left = '', right] = text.split('::');
  const head = left.split(':').filter((part) => part !== '');
  const tail = (right ?? '').split(':').filter((part) => part !== '');
  const middle = Array<string>(right === undefined ? 0 : 8 - head.length - tail.length).fill('0');
  return [...head, ...middle, ...tail].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}

const four = (parts: RegExpExecArray): bigint =>
  parts.slice(1, 5).reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);

const hexOf = (value: bigint): string => `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;

function contains(cidr: string, address: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  const prefix = base.includes(':') ? Number(length) : Number(length) + 96;
  const shift = BigInt(128 - prefix);
  return bits(base) >> shift === bits(address) >> shift;
}

const shown = new Map<string, Intl.DateTimeFormat>();

function shownIn(timeZone: string): Intl.DateTimeFormat {
  const known = shown.get(timeZone);
  const made =
    known ?? new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', hour: '2-digit', minute: '2-digit' });
  shown.set(timeZone, made);
  return made;
}

const WEEK = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function during({ timeZone, days, startMinute, endMinute }: TimeWindow, time: Date): boolean {
  // "Sunday 01:30"
  const [weekday = '', hour = '', minute = ''] = shownIn(timeZone).format(time).split(/[ :]+/);
  const now = Number(hour) * 60 + Number(minute);
  const today = WEEK.indexOf(weekday);
  const lasts = endMinute > startMinute ? endMinute - startMinute : endMinute - startMinute + 1440;
  for (const begun of [0, 1]) {
    const day = ((today - 1 - begun + 7) % 7) + 1;
    const since = now - startMinute + begun * 1440;
    const isDay = days.length === 0 || days.filter((one) => one === day).length > 0;
    if (isDay && since >= 0 && since < lasts) return true;
  }
  return false;
}
