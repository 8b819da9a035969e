import type { Client } from '@weir/client';
import type { DeepPartial } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import { TenantState } from '@weir/contracts/registry';
import {
  AccessEffect,
  AccessServiceDefinition,
  Role,
  type AccessControl,
  type AccessQuestion,
  type Decision,
  type Policy,
} from '@weir/contracts/security';
import type { RunningSecurity } from './start-security.ts';

/** A tenant of its own for one test, with an engineer in it. */
export interface AccessFixture {
  /** "tenants/tenant-1" */
  readonly tenant: string;
  readonly id: string;
  /** The name of the engineer. */
  readonly engineer: string;
  access(token?: string): Client<typeof AccessServiceDefinition>;
  put(id: string, controls: DeepPartial<AccessControl>[], more?: DeepPartial<Policy>): Promise<Policy | undefined>;
  /** Whether the engineer may process the flights, unless told otherwise. */
  question(more?: DeepPartial<AccessQuestion>): DeepPartial<AccessQuestion>;
  check(more?: DeepPartial<AccessQuestion>): Promise<Decision | undefined>;
}

let count = 0;

/** Makes one. */
export async function accessFixture(security: RunningSecurity): Promise<AccessFixture> {
  count += 1;
  const id = `tenant-${count}`;
  const tenant = `tenants/${id}`;
  security.tenants.set(id, TenantState.ACTIVE);
  const { name: engineer } = await security.enroll(id, 'engineer', [Role.DATA_ENGINEER]);
  const access = (token = security.adminToken) => security.client(AccessServiceDefinition, token);
  const question = (more: DeepPartial<AccessQuestion> = {}): DeepPartial<AccessQuestion> => ({
    principal: engineer,
    permission: Permission.PIPELINE,
    operation: 'process_data',
    resource: `${tenant}/datasets/flights`,
    ...more,
  });

  return {
    tenant,
    id,
    engineer,
    access,
    question,
    async put(policyId, controls, more = {}) {
      const policy = {
        name: `${tenant}/policies/${policyId}`,
        displayName: policyId,
        accessControls: controls,
        ...more,
      };
      return (await access().putPolicy({ policy })).policy;
    },
    check: async (more = {}) => (await access().checkAccess({ tenant, question: question(more) })).decision,
  };
}

/** A control that lets everyone read, write and run everything, unless told otherwise. */
export const allowAll = (more: DeepPartial<AccessControl> = {}): DeepPartial<AccessControl> => ({
  id: 'allow-all',
  effect: AccessEffect.ALLOW,
  principals: ['*'],
  permissions: [Permission.READ, Permission.WRITE, Permission.PIPELINE],
  operations: ['*'],
  resources: ['*'],
  ...more,
});
