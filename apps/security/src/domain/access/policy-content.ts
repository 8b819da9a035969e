import { Policy } from '@weir/contracts/security';

/** A policy as it is put: what the service adds is left out. */
export type PolicyContent = Omit<Policy, 'revision' | 'etag' | 'createdAt' | 'updatedAt' | 'updatedBy'>;

/** The same content has the same bytes, whatever the order of its maps. */
export function encodeContent(content: PolicyContent): Buffer {
  const { operationClassifications: classified } = content;
  const inOrder = Object.fromEntries(Object.entries(classified).sort(([a], [b]) => (a < b ? -1 : 1)));
  const unset = { revision: 0n, etag: '', createdAt: undefined, updatedAt: undefined, updatedBy: '' };
  return Buffer.from(Policy.encode({ ...content, operationClassifications: inOrder, ...unset }).finish());
}

/** Fills in since when each control is there: since now, unless the policy had one of its id before. */
export function withGrantTimes(content: PolicyContent, before: Policy | undefined, now: Date): PolicyContent {
  const granted = new Map(before?.accessControls.map(({ id, grantedAt }) => [id, grantedAt]));
  const accessControls = content.accessControls.map((control) => ({
    ...control,
    grantedAt: granted.get(control.id) ?? now,
  }));
  return { ...content, accessControls };
}

/** What only one policy of a tenant may settle: targets of anonymisation rules, and ids of recognisers. */
export function claimsOf({ anonymization }: Pick<Policy, 'anonymization'>): string[] {
  const rules = (anonymization?.rules ?? []).map(({ target }) => `the rule for ${target?.$case} ${target?.value}`);
  const recognizers = (anonymization?.customRecognizers ?? []).map(({ id }) => `the recogniser ${id}`);
  return [...rules, ...recognizers];
}

/** The claims that come more than once. */
export const repeatedClaims = (claims: readonly string[]): string[] => [
  ...new Set(claims.filter((claim, index) => claims.indexOf(claim) !== index)),
];

/** The principals that a policy names. */
export const principalsIn = ({ accessControls }: Pick<Policy, 'accessControls'>): string[] => [
  ...new Set(accessControls.flatMap(({ principals }) => principals)),
];
