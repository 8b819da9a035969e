import { childName, enumValue, text } from '@weir/rpc';
import { Environment } from '@weir/contracts/registry';
import { z } from 'zod';

/** "tenants/<t>/deployments/<id>" */
export const deploymentName = () => childName('deployments');

/** Environments to filter by. */
export const environments = () => z.array(enumValue(Environment)).max(16, 'must be at most 16');

/** What every decision about a deployment carries. */
export const decision = (minReason: number) => ({
  name: deploymentName(),
  reason: text(minReason, 500),
  etag: text(0, 64),
});
