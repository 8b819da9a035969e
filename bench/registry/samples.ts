import type { DeepPartial } from '@weir/contracts';
import { Clearance, DataFormat, type ComponentVersion } from '@weir/contracts/registry';

/** A version that can be published, and what it needs: { 'graph-07': '^1.0.0' }. */
export const sampleVersion = (
  component: string,
  version: string,
  needs: Readonly<Record<string, string>> = {},
): DeepPartial<ComponentVersion> => ({
  name: `components/${component}/versions/${version}`,
  displayName: 'Published by the bench',
  capabilities: ['profiling'],
  dataFormats: [DataFormat.CSV],
  clearance: Clearance.PUBLIC,
  dependencies: Object.entries(needs).map(([id, range]) => ({ component: `components/${id}`, range })),
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
});
