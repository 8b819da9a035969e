import { setTimeout as wait } from 'node:timers/promises';
import { Permission } from '@weir/contracts/options';
import {
  AccessEffect,
  AccessServiceDefinition,
  AssessmentFormat,
  ComplianceFramework,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
} from '@weir/contracts/security';
import { all, present, TENANT, type People } from './people.ts';

/** Every method of AccessService. From here on the tenant is decided by policies. */
export async function accessLife({ owner }: People): Promise<void> {
  const access = owner.client(AccessServiceDefinition);
  const name = `${TENANT}/policies/every-policy`;
  const everything = {
    id: 'everything',
    effect: AccessEffect.ALLOW,
    principals: ['*'],
    permissions: [Permission.READ, Permission.WRITE],
    operations: ['*'],
    resources: ['*'],
  };
  await access.putPolicy({ policy: { name, displayName: 'Open', accessControls: [everything] } });
  await access.getPolicy({ name });
  await access.listPolicies({ parent: TENANT });
  const resource = `${TENANT}/datasets/x`;
  const question = { principal: owner.name, permission: Permission.READ, operation: 'read', resource };
  await access.checkAccess({ tenant: TENANT, question });
  await access.batchCheckAccess({ tenant: TENANT, questions: [question] });
  await access.explainAccess({ tenant: TENANT, subject: { $case: 'question', value: question } });
  const period = { startTime: new Date(Date.now() - 3_600_000), endTime: new Date() };
  await all(access.replayDecisions({ tenant: TENANT, ...period, deletePolicies: [name] }));
  await access.listStaleGrants({ tenant: TENANT });
  await access.deletePolicy({ name });
}

/** Every method of ComplianceService. */
export async function complianceLife({ owner }: People): Promise<void> {
  const compliance = owner.client(ComplianceServiceDefinition);
  await compliance.configureFramework({ tenant: TENANT, framework: ComplianceFramework.GDPR });
  await compliance.listFrameworks({ tenant: TENANT });
  const { assessment } = await compliance.evaluateCompliance({ tenant: TENANT });
  const name = present(assessment, 'assessment').name;
  await all(compliance.exportAssessment({ name, format: AssessmentFormat.JSON }));
  await compliance.eraseSubject({ tenant: TENANT, subject: 'p-1', reason: 'Art. 17' });

  // More failures at once than is usual are an incident, and an incident starts a clock.
  const items = Array.from({ length: 30 }, () => ({ ciphertext: Buffer.from('forged') }));
  const context = { purpose: 'every', entries: {}, subject: '' };
  await owner.client(CryptoServiceDefinition).batchDecrypt({ name: `${TENANT}/keys/every-key`, items, context });
  for (let tries = 0; tries < 600; tries += 1) {
    const { clocks } = await compliance.listBreachClocks({ tenant: TENANT });
    if (clocks[0]) {
      const resolution = { $case: 'dismissed' as const, value: true };
      await compliance.stopBreachClock({ name: clocks[0].name, resolution, statement: 'a test of ours' });
      return;
    }
    await wait(100);
  }
  throw new Error('no clock was started');
}
