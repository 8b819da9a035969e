import type { DeepPartial } from '@weir/contracts';
import { Clearance, ComponentVersion, DataFormat } from '@weir/contracts/registry';

/** A component version; what is left out has its protobuf default. */
export const component = (version: DeepPartial<ComponentVersion>): ComponentVersion =>
  ComponentVersion.fromPartial(version as Parameters<typeof ComponentVersion.fromPartial>[0]);

/** A component that reads, and writes what it read. */
export const copyComponent = (version = '1.0.0'): ComponentVersion =>
  ComponentVersion.fromPartial({
    name: `components/copy/versions/${version}`,
    displayName: 'Copy',
    capabilities: ['copying', 'archiving'],
    dataFormats: [DataFormat.NDJSON, DataFormat.CSV],
    clearance: Clearance.INTERNAL,
    digest: `sha256:${'a'.repeat(64)}`,
    runtime: {
      kind: {
        $case: 'pipeline',
        value: {
          steps: [
            { id: 'input', config: { $case: 'read', value: {} } },
            { id: 'result', config: { $case: 'write', value: { format: DataFormat.NDJSON } } },
          ],
        },
      },
    },
  });
