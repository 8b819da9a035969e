/** "tenants/acme/deployments/x" */
export const nameOf = (tenant: string, id: string): string => `tenants/${tenant}/deployments/${id}`;

/** "x" of "tenants/acme/deployments/x". */
export const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** "acme" of "tenants/acme/deployments/x". */
export const tenantOf = (name: string): string => name.split('/')[1] ?? '';
