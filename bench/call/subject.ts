import { CreateTenantRequest, GetTenantRequest, GetTenantResponse } from '@weir/contracts/registry';

/** The call that both servers answer, and their answer: a tenant as the registry would return it. */
export const METHOD = '/weir.registry.v1.TenantService/GetTenant';

export const request = GetTenantRequest.create({ name: 'tenants/acme' });

export const response = GetTenantResponse.fromPartial({
  tenant: {
    ...CreateTenantRequest.fromPartial({ tenant: { displayName: 'Acme Inc.', tier: 2 } }).tenant,
    name: 'tenants/acme',
    limits: {
      maxConcurrentJobs: 10,
      monthlyProcessingHours: { bound: { $case: 'atMost', value: 1000n } },
      storageGb: { bound: { $case: 'atMost', value: 1000n } },
    },
    allowedEnvironments: [1, 2, 3],
    clearanceCeiling: 2,
    state: 1,
    etag: 'W/"1"',
    createdAt: new Date(1_780_000_000_000),
    updatedAt: new Date(1_780_000_000_000),
  },
});
