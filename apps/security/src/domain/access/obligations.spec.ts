import type { Clearance } from '@weir/contracts/registry';
import { AccessQuestion, Policy, PrincipalState, Role } from '@weir/contracts/security';
import { factsOf } from './facts.ts';
import { NO_DEMANDS, obligationsOf, type Waived } from './obligations.ts';
import { policySet } from './policy-set.ts';

const policy = Policy.fromPartial({
  name: 'tenants/acme/policies/strict',
  encryptedDataTypes: ['customer', 'card*'],
  anonymization: { rules: [], detectPii: true, exemptRoles: [Role.DATA_ADMIN] },
  auditRetentions: [
    { classification: 3, days: 90 },
    { classification: 4, days: 3_650 },
  ],
});

/** What a principal of this role owes for data of these types, by the policy above. */
function owed(one: { dataTypes?: string[]; role?: Role; classification?: Clearance; waived?: Waived } = {}) {
  const { dataTypes = ['customer'], role = Role.DATA_ENGINEER, classification = 3, waived = NONE } = one;
  const question = AccessQuestion.fromPartial({ dataTypes });
  const facts = factsOf(question, { state: PrincipalState.ACTIVE, roles: [role] }, new Date());
  const obligations = obligationsOf(policySet(1n, [policy]), facts, classification, { ...NO_DEMANDS, waived });
  return Object.fromEntries(obligations.map(({ kind }): [string, unknown] => [kind?.$case ?? '', kind?.value]));
}

const NONE: Waived = { encryption: false, piiDetection: false };

describe('what is owed for being allowed', () => {
  it('is encryption of the types that a policy names', () => {
    expect(owed({ dataTypes: ['customer', 'flight', 'card-holder'] })['encrypt']).toEqual({
      dataTypes: ['card-holder', 'customer'],
    });
    expect(owed({ dataTypes: ['flight'] })['encrypt']).toBeUndefined();
    // Data of no stated type may be of any.
    expect(owed({ dataTypes: [] })['encrypt']).toEqual({ dataTypes: [] });
  });

  it('is anonymisation, but for exempt roles', () => {
    expect(owed()['anonymize']).toMatchObject({ detectPii: true });
    expect(owed({ role: Role.DATA_ADMIN })['anonymize']).toBeUndefined();
  });

  it('is retention of the audit log by classification', () => {
    expect(([3, 4, 2] as const).map((classification) => owed({ classification })['retain'])).toEqual([
      { auditDays: 90, dataDays: 0 },
      { auditDays: 3_650, dataDays: 0 },
      undefined,
    ]);
  });

  it('is less what the settings of the service waive', () => {
    const waived = { encryption: true, piiDetection: true };

    expect(owed({ waived })).toMatchObject({ anonymize: { detectPii: false }, retain: { auditDays: 90 } });
    expect(owed({ waived })['encrypt']).toBeUndefined();
  });
});
