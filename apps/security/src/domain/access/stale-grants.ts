import {
  AccessEffect,
  PrincipalState,
  Staleness,
  type AccessControl,
  type Policy,
  type Role,
  type StaleGrant,
} from '@weir/contracts/security';

/** A principal as far as its grants go. */
export interface GrantHolder {
  readonly name: string;
  readonly state: PrincipalState;
  /** Since when it has each role. */
  readonly roles: readonly { readonly role: Role; readonly since: Date }[];
  /** When it last got a token. */
  readonly lastUsedAt: Date | undefined;
}

/** What stale grants are found in. */
export interface GrantReview {
  readonly policies: readonly Policy[];
  readonly holders: readonly GrantHolder[];
  /** When a control last settled a decision for a principal. */
  readonly lastUse: (policy: string, control: string, principal: string) => Date | undefined;
  /** When a control last settled a decision for anyone. */
  readonly lastUseByAnyone: (policy: string, control: string) => Date | undefined;
  readonly now: Date;
  readonly unusedForMs: number;
}

/** Every grant that nobody needs any more: never used ones first, then the longest unused; then by name. */
export function staleGrants(review: GrantReview): StaleGrant[] {
  const states = new Map(review.holders.map(({ name, state }) => [name, state]));
  const ofControls = review.policies.flatMap((policy) =>
    policy.accessControls
      .filter(({ effect }) => effect === AccessEffect.ALLOW)
      .flatMap((control) => controlFindings(review, policy.name, control, states)),
  );
  const ofRoles = review.holders.flatMap((holder) => roleFindings(review, holder));
  return [...ofControls, ...ofRoles].sort(inOrder);
}

/** A control is stale as a whole, or for some of the principals that it names. */
function controlFindings(
  review: GrantReview,
  policy: string,
  control: AccessControl,
  states: ReadonlyMap<string, PrincipalState>,
): StaleGrant[] {
  const { expiresAt, grantedAt } = control;
  const find = (principal: string, lastUsedAt: Date | undefined, isDisabled: boolean): StaleGrant[] => {
    const staleness = stalenessOf(review, { expiresAt, isDisabled, lastUsedAt, grantedAt });
    const grant = { $case: 'control', value: { control: { policy, controlId: control.id }, principal } } as const;
    return staleness === undefined ? [] : [{ grant, staleness, lastUsedAt, grantedAt, expiresAt }];
  };

  const whole = find('', review.lastUseByAnyone(policy, control.id), false);
  if (whole.length > 0) return whole;
  return control.principals
    .filter((principal) => principal !== '*')
    .flatMap((principal) => {
      const isDisabled = states.get(principal) === PrincipalState.DISABLED;
      return find(principal, review.lastUse(policy, control.id, principal), isDisabled);
    });
}

function roleFindings(review: GrantReview, { name, state, roles, lastUsedAt }: GrantHolder): StaleGrant[] {
  const isDisabled = state === PrincipalState.DISABLED;
  return roles.flatMap(({ role, since }): StaleGrant[] => {
    const staleness = stalenessOf(review, { expiresAt: undefined, isDisabled, lastUsedAt, grantedAt: since });
    const grant = { $case: 'role', value: { principal: name, role } } as const;
    return staleness === undefined ? [] : [{ grant, staleness, lastUsedAt, grantedAt: since, expiresAt: undefined }];
  });
}

interface Grant {
  readonly expiresAt: Date | undefined;
  readonly isDisabled: boolean;
  readonly lastUsedAt: Date | undefined;
  readonly grantedAt: Date | undefined;
}

function stalenessOf({ now, unusedForMs }: GrantReview, grant: Grant): Staleness | undefined {
  const since = new Date(now.getTime() - unusedForMs);
  if (grant.expiresAt && grant.expiresAt <= now) return Staleness.EXPIRED;
  if (grant.isDisabled) return Staleness.PRINCIPAL_DISABLED;
  if (grant.lastUsedAt) return grant.lastUsedAt <= since ? Staleness.UNUSED : undefined;
  return grant.grantedAt && grant.grantedAt <= since ? Staleness.NEVER_USED : undefined;
}

const inOrder = (a: StaleGrant, b: StaleGrant): number =>
  (a.lastUsedAt?.getTime() ?? 0) - (b.lastUsedAt?.getTime() ?? 0) || (nameOf(a) < nameOf(b) ? -1 : 1);

/** What grants of equal age are ordered by: the policy with its control and principal, or the principal with its role. */
export function nameOf({ grant }: StaleGrant): string {
  if (grant?.$case === 'control') {
    const { control, principal } = grant.value;
    return `${control?.policy ?? ''}#${control?.controlId ?? ''}#${principal}`;
  }
  return grant ? `${grant.value.principal}#${grant.value.role}` : '';
}
