import type { DeepPartial } from '@weir/contracts';
import { Clearance, DataFormat, Environment, Tier, ComponentVersion, type Tenant } from '@weir/contracts/registry';

/** A tenant that is valid as it is. */
export const sampleTenant = (fields: DeepPartial<Tenant> = {}): DeepPartial<Tenant> => ({
  displayName: 'Acme',
  tier: Tier.PROFESSIONAL,
  allowedEnvironments: [Environment.DEVELOPMENT, Environment.PRODUCTION],
  clearanceCeiling: Clearance.CONFIDENTIAL,
  ...fields,
});

/** A version that is valid as it is: sampleVersion('csv-profiler', '1.2.0'). */
export const sampleVersion = (
  component: string,
  version: string,
  fields: DeepPartial<ComponentVersion> = {},
): DeepPartial<ComponentVersion> => ({
  name: `components/${component}/versions/${version}`,
  displayName: 'CSV profiler',
  description: 'Describes the columns of a file.',
  capabilities: ['profiling'],
  dataFormats: [DataFormat.CSV],
  clearance: Clearance.INTERNAL,
  runtime: {
    kind: {
      $case: 'pipeline',
      value: {
        steps: [
          { id: 'rows', config: { $case: 'read', value: {} } },
          { id: 'columns', config: { $case: 'profile', value: {} } },
        ],
      },
    },
  },
  ...fields,
});

/** What components need, as DeepPartial<Dependency>[]: needs({ base: '^1' }). */
export const needs = (ranges: Readonly<Record<string, string>>) =>
  Object.entries(ranges).map(([component, range]) => ({ component: `components/${component}`, range }));

/** The same as a whole message. */
export const wholeVersion = (...sample: Parameters<typeof sampleVersion>): ComponentVersion =>
  ComponentVersion.fromPartial(sampleVersion(...sample) as Parameters<typeof ComponentVersion.fromPartial>[0]);
