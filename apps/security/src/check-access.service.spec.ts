import { tenantScope, type CallContext } from '@weir/context';
import type { DeepPartial } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import { Clearance } from '@weir/contracts/registry';
import {
  AccessEffect,
  DecisionReason,
  MfaCondition,
  PrincipalServiceDefinition,
  Role,
  Verdict,
  AccessQuestion,
} from '@weir/contracts/security';
import { batchCheckAccess } from './handlers/batch-check-access.ts';
import { checkAccess } from './handlers/check-access.ts';
import { explainAccess } from './handlers/explain-access.ts';
import { accessFixture, allowAll, type AccessFixture } from './testing/access-fixture.ts';
import { refusal, soon, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
let at: AccessFixture;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());
beforeEach(async () => (at = await accessFixture(security)));

describe('a decision', () => {
  it('is no without a policy, yes with one that allows, and no again with one that denies', async () => {
    expect(await at.check()).toMatchObject({
      verdict: Verdict.DENY,
      reason: DecisionReason.NO_MATCH,
      policyRevision: 0n,
    });

    await at.put('open', [allowAll()]);
    expect(await at.check()).toMatchObject({
      verdict: Verdict.ALLOW,
      reason: DecisionReason.ALLOWED,
      policyRevision: 1n,
    });

    await at.put('closed', [allowAll({ id: 'deny', effect: AccessEffect.DENY, operations: ['process*'] })]);
    const denied = await at.check();
    expect(denied).toMatchObject({ verdict: Verdict.DENY, reason: DecisionReason.DENIED, policyRevision: 2n });
    expect(denied?.controls).toEqual([{ policy: `${at.tenant}/policies/closed`, controlId: 'deny' }]);
  });

  it('counts every change of policy from the answer on', async () => {
    for (let round = 0; round < 5; round += 1) {
      const policy = await at.put('flip', [allowAll()]);
      expect((await at.check())?.verdict).toBe(Verdict.ALLOW);
      await at.access().deletePolicy({ name: policy?.name ?? '' });
      expect((await at.check())?.verdict).toBe(Verdict.DENY);
    }
  });

  it('is no for who is unknown, disabled or without the permission', async () => {
    await at.put('open', [allowAll({ permissions: [Permission.PIPELINE, Permission.DELETE] })]);
    const reasonOf = async (more: DeepPartial<AccessQuestion>) => (await at.check(more))?.reason;

    expect(await reasonOf({ principal: `${at.tenant}/principals/nobody` })).toBe(DecisionReason.PRINCIPAL_UNKNOWN);
    expect(await reasonOf({ principal: 'principals/agent' })).toBe(DecisionReason.PRINCIPAL_UNKNOWN);
    expect(await reasonOf({ principal: 'principals/admin' })).toBe(DecisionReason.ALLOWED);
    expect(await reasonOf({ permission: Permission.DELETE })).toBe(DecisionReason.PERMISSION_MISSING);
    expect(await reasonOf({ context: { tokenPermissions: [Permission.READ] } })).toBe(
      DecisionReason.PERMISSION_MISSING,
    );
    const principals = security.client(PrincipalServiceDefinition, security.adminToken);
    await principals.disablePrincipal({ name: at.engineer, reason: 'test' });
    expect(await reasonOf({})).toBe(DecisionReason.PRINCIPAL_DISABLED);
  });

  it('says what is owed: encryption, anonymisation, retention, each from whom', async () => {
    await at.put('open', [allowAll()], {
      operationClassifications: { 'process*': Clearance.CONFIDENTIAL },
      encryptedDataTypes: ['customer'],
      auditRetentions: [{ classification: Clearance.CONFIDENTIAL, days: 90 }],
      anonymization: {
        rules: [
          { target: { $case: 'fieldPath', value: 'email' }, operator: { operator: { $case: 'mask', value: {} } } },
        ],
        requiredFrom: Clearance.CONFIDENTIAL,
        exemptRoles: [Role.DATA_ADMIN],
      },
    });
    await at.put('stricter', [], { auditRetentions: [{ classification: Clearance.CONFIDENTIAL, days: 400 }] });

    const decision = await at.check({ dataTypes: ['customer', 'flight'] });

    expect(decision?.classification).toBe(Clearance.CONFIDENTIAL);
    expect(decision?.obligations.map(({ kind, sources }) => [kind, sources])).toMatchObject([
      [{ $case: 'encrypt', value: { dataTypes: ['customer'] } }, [`${at.tenant}/policies/open`]],
      [
        { $case: 'anonymize', value: { detectPii: true, rules: [{ target: { value: 'email' } }] } },
        [`${at.tenant}/policies/open`],
      ],
      [
        { $case: 'retain', value: { auditDays: 400, dataDays: 0 } },
        [`${at.tenant}/policies/open`, `${at.tenant}/policies/stricter`],
      ],
    ]);
  });

  it('looks at address, time and second factor', async () => {
    const conditions = {
      sourceCidrs: ['10.0.0.0/8', '2001:db8::/32'],
      timeWindows: [{ timeZone: 'Europe/Madrid', startMinute: 9 * 60, endMinute: 17 * 60 }],
      mfa: MfaCondition.PRESENT,
    };
    await at.put('office', [allowAll({ conditions })]);
    const under = async (sourceIp: string, time: string, mfa: boolean | undefined) =>
      (await at.check({ context: { sourceIp, time: new Date(time), mfa } }))?.reason;

    expect(await under('10.1.2.3', '2026-01-15T10:00:00Z', true)).toBe(DecisionReason.ALLOWED);
    expect(await under('::ffff:10.1.2.3', '2026-01-15T10:00:00Z', true)).toBe(DecisionReason.ALLOWED);
    expect(await under('11.1.2.3', '2026-01-15T10:00:00Z', true)).toBe(DecisionReason.CONDITION_UNMET);
    // 16:30 UTC is 17:30 in winter and 18:30 in summer; 7:30 UTC is 8:30 and 9:30.
    expect(await under('10.1.2.3', '2026-01-15T07:30:00Z', true)).toBe(DecisionReason.CONDITION_UNMET);
    expect(await under('10.1.2.3', '2026-07-15T07:30:00Z', true)).toBe(DecisionReason.ALLOWED);
    expect(await under('10.1.2.3', '2026-01-15T10:00:00Z', undefined)).toBe(DecisionReason.CONDITION_UNMET);
  });

  it('is asked for about others only by administrators and services', async () => {
    const { name: other } = await security.enroll(at.id, 'other', [Role.DATA_VIEWER]);
    const engineer = at.access(await security.tokenFor(at.id, 'curious', Role.DATA_ENGINEER));

    expect(
      await refusal(engineer.checkAccess({ tenant: at.tenant, question: at.question({ principal: other }) })),
    ).toBe('PERMISSION_MISSING');
    expect(
      await refusal(
        engineer.checkAccess({
          tenant: at.tenant,
          question: at.question({ principal: `${at.tenant}/principals/curious` }),
        }),
      ),
    ).toBeUndefined();
  });

  it('lists every broken field of a question', async () => {
    const broken = at.access().checkAccess({
      tenant: at.tenant,
      question: {
        principal: 'tenants/acme/principals/x1y',
        permission: Permission.SERVICE,
        operation: 'Process!',
        resource: 'tenants/acme/datasets/a',
        dataTypes: ['CUSTOMER'],
        context: { sourceIp: '10.1' },
      },
    });

    expect(await violations(broken)).toEqual([
      'question.permission',
      'question.operation',
      'question.data_types[0]',
      'question.context.source_ip',
    ]);
    expect(
      await violations(
        at.access().checkAccess({ tenant: at.tenant, question: at.question({ resource: 'tenants/acme/x' }) }),
      ),
    ).toEqual(['question.resource']);
  });
});

describe('the tenant of a question', () => {
  it('is checked a second time, should the first check have let the call through', async () => {
    await at.put('open', [allowAll()]);
    const { decider, decisions, sets } = security.parts;
    const thief = { scope: tenantScope('globex'), principal: undefined } as unknown as CallContext;
    const question = AccessQuestion.fromPartial(at.question() as AccessQuestion);
    const request = { tenant: at.tenant, question };

    const calls = [
      checkAccess(decider)(request, thief),
      batchCheckAccess(decider)({ tenant: at.tenant, questions: [question] }, thief),
      explainAccess({ decider, decisions, sets })(
        { tenant: at.tenant, subject: { $case: 'question', value: question } },
        thief,
      ),
    ];

    expect(await Promise.all(calls.map(refusal))).toEqual(Array(3).fill('FOREIGN_TENANT'));
  });
});

describe('a batch of decisions', () => {
  it('lines up with its questions, whatever they are', async () => {
    await at.put('open', [allowAll({ resources: [`${at.tenant}/datasets/even-*`] })]);
    const questions = Array.from({ length: 1_000 }, (_, index) =>
      at.question({
        resource: `${at.tenant}/datasets/${index % 2 === 0 ? 'even' : 'odd'}-${index}`,
        correlationId: `q${index}`,
      }),
    );

    const { decisions } = await at.access().batchCheckAccess({ tenant: at.tenant, questions });

    expect(decisions.map(({ correlationId }) => correlationId)).toEqual(
      questions.map(({ correlationId }) => correlationId),
    );
    decisions.forEach(({ verdict }, index) => expect(verdict).toBe(index % 2 === 0 ? Verdict.ALLOW : Verdict.DENY));
    expect(new Set(decisions.map(({ policyRevision }) => policyRevision)).size).toBe(1);
  });
});

describe('the audit log', () => {
  it('has every decision with its revision', async () => {
    await at.put('open', [allowAll()]);
    const decision = await at.check();

    const event = await soon(() => security.delivered.find(({ details }) => details?.decision_id === decision?.id));
    expect(event).toMatchObject({
      type: 'access_decision',
      tenant: at.tenant,
      policyRevision: 1n,
      details: { verdict: 'VERDICT_ALLOW', principal: at.engineer },
    });
  });
});
