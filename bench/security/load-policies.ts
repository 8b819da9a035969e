import { Permission } from '@weir/contracts/options';
import { AccessEffect, Policy, Role } from '@weir/contracts/security';
import pg from 'pg';
import type { SecurityTarget } from './target.ts';

/**
 * Gives the tenant so many policies, straight into the tables, for PutPolicy takes some 10 ms each. One of them allows
 * what the bench asks; every fifth concerns the same principal, the rest other ones.
 */
export async function loadPolicies(target: SecurityTarget, count: number, principal: string): Promise<void> {
  const tenant = target.tenant.split('/')[1];
  const policies = Array.from({ length: count }, (_, index) => policyOf(target.tenant, principal, index));
  const client = new pg.Client(target.databaseUrl);
  await client.connect();
  try {
    await client.query("begin; set local weir.tenant = '*'");
    await client.query('insert into policy_heads (tenant, revision) values ($1, $2)', [tenant, count]);
    await client.query(
      `insert into policies (tenant, id, revision, content, created_at, updated_at, updated_by, principals)
       select $1, 'policy-' || (at - 1), at, content, now(), now(), 'principals/admin', array[principal]
       from unnest($2::bytea[], $3::text[]) with ordinality as p (content, principal, at)`,
      [
        tenant,
        policies.map((policy) => Buffer.from(Policy.encode(policy).finish())),
        policies.map(({ accessControls }) => accessControls[0]?.principals[0]),
      ],
    );
    await client.query('commit');
  } finally {
    await client.end();
  }
}

const policyOf = (tenant: string, principal: string, index: number): Policy =>
  Policy.fromPartial({
    name: `${tenant}/policies/policy-${index}`,
    displayName: `Policy ${index}`,
    accessControls: [
      {
        id: 'allow',
        effect: AccessEffect.ALLOW,
        principals: [index % 5 === 0 ? principal : `${tenant}/principals/other-${index}`],
        permissions: [Permission.READ, Permission.PIPELINE],
        operations: ['process_data*'],
        resources: [`${tenant}/datasets/${index === 0 ? 'dataset-47*' : `set-${index}-*`}`],
        conditions: { sourceCidrs: ['10.0.0.0/8', '2001:db8::/32'] },
      },
      {
        id: 'never-delete',
        effect: AccessEffect.DENY,
        roles: [Role.DATA_VIEWER],
        permissions: [Permission.DELETE],
        operations: ['*'],
        resources: [`${tenant}/datasets/set-${index}`],
      },
    ],
    operationClassifications: { [`operation_${index}*`]: 2 },
  });
