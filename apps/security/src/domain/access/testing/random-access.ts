import { type Permission } from '@weir/contracts/options';
import type { Clearance } from '@weir/contracts/registry';
import { AccessControl, AccessQuestion, Policy, PrincipalState, type Role } from '@weir/contracts/security';

/** Numbers that look random and come again with their seed (mulberry32). */
export interface Dice {
  below(bound: number): number;
  chance(share: number): boolean;
  one<T>(items: readonly [T, ...T[]]): T;
  some<T>(items: readonly T[], share: number): T[];
}

/** Dice of a seed. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (bound) => Math.floor(next() * bound),
    chance: (share) => next() < share,
    one: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    some: (items, share) => items.filter(() => next() < share),
  };
}

/** Those that policies and questions name. */
export const PRINCIPALS = ['tenants/acme/principals/ann', 'tenants/acme/principals/bob', 'principals/root'] as const;
const ROLES: readonly Role[] = [1, 2, 3, 4, 5];
const PERMISSIONS: readonly Permission[] = [3, 4, 5, 6, 7, 8, 9];
const OPERATIONS = ['read', 'read_rows', 'train', 'export', 'export.csv'] as const;
const OPERATION_PATTERNS = ['*', 'read', 'read*', 'export*', 'train', 'exp'] as const;
const RESOURCES = ['tenants/acme/datasets/a', 'tenants/acme/datasets/ab', 'tenants/acme/models/m'] as const;
const RESOURCE_PATTERNS = [
  '*',
  ...RESOURCES,
  'tenants/acme/datasets/*',
  'tenants/acme/datasets/a*',
  'tenants/acme/*',
] as const;
const DATA_TYPES = ['customer', 'health', 'card'];
const ENCRYPTED = [...DATA_TYPES, 'c*', '*'];
const ZONES = ['UTC', 'Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'] as const;
const CIDRS = [
  '10.0.0.0/8',
  '10.1.2.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  '::ffff:10.1.0.0/112',
  '::/0',
  '192.168.1.7/32',
];
const ADDRESSES = ['', '10.1.2.3', '11.0.0.1', '::ffff:10.1.2.3', '2001:db8::7', '2001:db9::7', '192.168.1.7'] as const;
// Around both clock changes of 2026 in Europe and in America, and quiet weeks.
const MOMENTS = ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-06-14', '2026-12-31'] as const;

/** A moment within three days, on a minute or a second. */
export const randomTime = (roll: Dice): Date =>
  new Date(Date.parse(roll.one(MOMENTS)) + (roll.below(3 * 1440) - 1440) * 60_000 + roll.below(60) * 1_000);

/** Policies of acme. */
export const randomPolicies = (roll: Dice): Policy[] =>
  Array.from({ length: roll.below(4) }, (_, index) =>
    Policy.fromPartial({
      name: `tenants/acme/policies/p${index}`,
      accessControls: Array.from({ length: roll.below(7) }, (_unused, id) => randomControl(roll, `c${id}`)),
      operationClassifications: Object.fromEntries(
        roll.some(OPERATION_PATTERNS, 0.4).map((pattern) => [pattern, 1 + roll.below(4)]),
      ) as Record<string, Clearance>,
      encryptedDataTypes: roll.chance(0.3) ? roll.some(ENCRYPTED, 0.3) : [],
      auditRetentions: roll
        .some([1, 2, 3, 4] as Clearance[], 0.2)
        .map((classification) => ({ classification, days: 1 + roll.below(400) })),
      anonymization: roll.chance(0.3) ? randomAnonymization(roll) : undefined,
    }),
  );

const randomAnonymization = (roll: Dice) => ({
  requiredFrom: roll.one([0, 1, 2, 3, 4] as const),
  exemptRoles: roll.some(ROLES, 0.2),
  detectPii: roll.one([undefined, true, false]),
});

function randomControl(roll: Dice, id: string): AccessControl {
  const conditions = {
    sourceCidrs: roll.chance(0.3) ? roll.some(CIDRS, 0.3) : [],
    timeWindows: roll.chance(0.3) ? Array.from({ length: 1 + roll.below(2) }, () => randomWindow(roll)) : [],
    mfa: roll.one([0, 0, 0, 0, 0, 0, 1, 2] as const),
  };
  return AccessControl.fromPartial({
    id,
    effect: roll.chance(0.25) ? 2 : 1,
    principals: roll.chance(0.3) ? ['*'] : roll.some(PRINCIPALS, 0.4),
    roles: roll.some(ROLES, 0.3),
    permissions: roll.some(PERMISSIONS, 0.6),
    operations: roll.some(OPERATION_PATTERNS, 0.4),
    resources: roll.some(RESOURCE_PATTERNS, 0.4),
    dataTypes: roll.chance(0.3) ? roll.some(DATA_TYPES, 0.6) : [],
    classifications: roll.chance(0.3) ? roll.some([1, 2, 3, 4] as Clearance[], 0.6) : [],
    conditions: roll.chance(0.6) ? conditions : undefined,
    expiresAt: roll.chance(0.3) ? randomTime(roll) : undefined,
  });
}

const randomWindow = (roll: Dice) => ({
  timeZone: roll.one(ZONES),
  days: roll.chance(0.5) ? roll.some([1, 2, 3, 4, 5, 6, 7] as const, 0.5) : [],
  startMinute: roll.below(24) * 60 + roll.one([0, 30]),
  endMinute: 1 + roll.below(1440),
});

/** A question about acme. */
export const randomQuestion = (roll: Dice): AccessQuestion =>
  AccessQuestion.fromPartial({
    principal: roll.one(PRINCIPALS),
    permission: roll.one([3, 4, 5, 6, 7, 8, 9]),
    operation: roll.one(OPERATIONS),
    resource: roll.one(RESOURCES),
    dataTypes: roll.chance(0.5) ? roll.some(DATA_TYPES, 0.5) : [],
    classification: roll.one([0, 0, 1, 2, 3, 4]),
    context: {
      sourceIp: roll.one(ADDRESSES),
      mfa: roll.one([undefined, true, false]),
      time: randomTime(roll),
      tokenPermissions: roll.chance(0.2) ? roll.some(PERMISSIONS, 0.6) : [],
    },
  });

/** What is known about the principal of a question. */
export const randomPrincipal = (roll: Dice): { state: PrincipalState; roles: Role[] } | undefined => {
  if (roll.chance(0.05)) return undefined;
  const state = roll.chance(0.05) ? PrincipalState.DISABLED : PrincipalState.ACTIVE;
  return { state, roles: [roll.one([1, 2, 3, 4, 5, 6]), ...roll.some(ROLES, 0.3)] };
};
