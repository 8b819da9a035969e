import { Permission } from '@weir/contracts/options';
import {
  DecisionReason,
  PrincipalServiceDefinition,
  Role,
  Staleness,
  Verdict,
  type ReplayDecisionsResponse,
} from '@weir/contracts/security';
import { accessFixture, allowAll, type AccessFixture } from './testing/access-fixture.ts';
import { refusal } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
let at: AccessFixture;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());
beforeEach(async () => (at = await accessFixture(security)));

describe('an explanation', () => {
  it('says which controls came near, and what was missing', async () => {
    await at.put('open', [
      allowAll({ operations: ['export'] }),
      allowAll({ id: 'other', operations: ['export'], resources: [`${at.tenant}/models/*`] }),
    ]);

    const explained = await at
      .access()
      .explainAccess({ tenant: at.tenant, subject: { $case: 'question', value: at.question() } });

    expect(explained.decision).toMatchObject({ id: '', verdict: Verdict.DENY, reason: DecisionReason.NO_MATCH });
    expect(explained.traces[0]?.message).toBe(
      `${at.tenant}/policies/open#allow-all does not match: operation is process_data, not export`,
    );
    expect(explained.traces.map(({ mismatches }) => mismatches.length)).toEqual([1, 2]);
    expect(explained.steps.at(-1)).toContain('No policy allows process_data');
    expect(explained.controlCount).toBe(2n);
  });

  it('of a recorded decision goes by what counted then', async () => {
    await at.put('open', [allowAll()]);
    const decision = await at.check();
    await at.put('open', []);

    const explained = await at.access().explainAccess({
      tenant: at.tenant,
      subject: { $case: 'decisionId', value: decision?.id ?? '' },
    });

    expect(explained.decision).toEqual(decision);
    expect(explained.traces[0]?.matched).toBe(true);
    const foreign = at.access().explainAccess({
      tenant: 'tenants/acme',
      subject: { $case: 'decisionId', value: decision?.id ?? '' },
    });
    expect(await refusal(foreign)).toBe('DECISION_NOT_FOUND');
  });
});

describe('a replay', () => {
  const collect = async (request: Parameters<ReturnType<AccessFixture['access']>['replayDecisions']>[0]) => {
    const parts: ReplayDecisionsResponse[] = [];
    for await (const part of at.access().replayDecisions(request)) parts.push(part);
    return parts;
  };

  it('shows what a proposal would have decided otherwise', async () => {
    await at.put('open', [allowAll({ operations: ['read*'] })]);
    for (let index = 0; index < 5; index += 1)
      await at.check({ operation: `read_${index}`, permission: Permission.READ });
    for (let index = 0; index < 3; index += 1)
      await at.check({ operation: `write_${index}`, permission: Permission.WRITE });
    const proposed = {
      name: `${at.tenant}/policies/open`,
      displayName: 'open',
      accessControls: [allowAll({ operations: ['write*', 'read_0'] })],
    };

    const parts = await collect({ tenant: at.tenant, putPolicies: [proposed] });

    expect(parts.at(-1)?.part).toMatchObject({
      $case: 'summary',
      value: {
        replayedCount: 8n,
        newlyDeniedCount: 4n,
        newlyAllowedCount: 3n,
        obligationsChangedCount: 0n,
        policyRevision: 1n,
      },
    });
    const differences = parts.filter(({ part }) => part?.$case === 'difference');
    expect(differences).toHaveLength(7);
    const [third] = differences.slice(2, 3);
    const rest = await collect({ tenant: at.tenant, putPolicies: [proposed], resumeToken: third?.resumeToken ?? '' });
    expect(rest.filter(({ part }) => part?.$case === 'difference')).toEqual(differences.slice(3));
    expect((await at.check({ operation: 'read_1', permission: Permission.READ }))?.verdict).toBe(Verdict.ALLOW);
  });

  it('of what is in force now changes nothing, however many differences are asked for', async () => {
    await at.put('open', [allowAll()]);
    await at.check();

    const parts = await collect({ tenant: at.tenant });

    expect(parts).toHaveLength(1);
    const unknown = collect({ tenant: at.tenant, deletePolicies: [`${at.tenant}/policies/ghost`] });
    expect(await refusal(unknown)).toBe('POLICY_NOT_FOUND');
  });
});

describe('stale grants', () => {
  it('are those that expired, were never used, or belong to who is locked out', async () => {
    const { name: gone } = await security.enroll(at.id, 'gone', [Role.DATA_VIEWER]);
    await at.put('grants', [
      allowAll({ id: 'used' }),
      allowAll({ id: 'over', expiresAt: new Date('2026-01-01T00:00:00Z') }),
      allowAll({ id: 'named', principals: [at.engineer, gone] }),
    ]);
    await at.check();
    await security
      .client(PrincipalServiceDefinition, security.adminToken)
      .disablePrincipal({ name: gone, reason: 'left' });

    const { grants } = await at.access().listStaleGrants({ tenant: at.tenant });

    const found = grants.map(({ grant, staleness }) => [
      grant?.$case === 'control' ? grant.value.control?.controlId : grant?.value.role,
      grant?.value.principal,
      staleness,
    ]);
    expect(found).toEqual([
      ['named', gone, Staleness.PRINCIPAL_DISABLED],
      ['over', '', Staleness.EXPIRED],
      [Role.DATA_VIEWER, gone, Staleness.PRINCIPAL_DISABLED],
    ]);
    const paged = await at.access().listStaleGrants({ tenant: at.tenant, pageSize: 2 });
    const rest = await at.access().listStaleGrants({ tenant: at.tenant, pageSize: 2, pageToken: paged.nextPageToken });
    expect([...paged.grants, ...rest.grants]).toEqual(grants);
  });
});
