import { Certification, Clearance, ComponentVersion, DataFormat } from '@weir/contracts/registry';
import { z } from 'zod';
import { ID } from '../names.ts';
import { isRange } from '../version-spans.ts';
import { container } from './container.ts';
import { pipeline } from './pipeline.ts';
import { int32, int64, label, list, matching, oneOf, sortedSet, text, unique, onByDefault } from './rules.ts';
import { parameter } from './scalar.ts';
import { versionName } from './version-name.ts';

const MAX_BYTES = 256 * 1024;
const MIB = 2n ** 20n;
const GIB = 2n ** 30n;
const TIB = 2n ** 40n;

/** A range of versions in the syntax of node-semver, as it was written. */
export const versionRange = () =>
  text(1, 256).refine(isRange, 'must be a version range, like ^1.2.0 or >=1.0.0 <3.0.0');

const resources = z
  .object({
    cpuMillicores: int32(100, 256_000, 2_000),
    memoryBytes: int64(64n * MIB, 4n * TIB, 4n * GIB),
    ephemeralStorageBytes: int64(1n, 64n * TIB, 20n * GIB),
    gpuCount: int32(0, 16),
    gpuMemoryBytes: int64(0n, 4n * TIB),
  })
  .refine(({ gpuCount, gpuMemoryBytes }) => gpuMemoryBytes === 0n || gpuCount > 0, {
    path: ['gpuMemoryBytes'],
    message: 'is only for components with a GPU',
  })
  .prefault({ cpuMillicores: 0, memoryBytes: 0n, ephemeralStorageBytes: 0n, gpuCount: 0, gpuMemoryBytes: 0n });

const dependency = z.object({ component: matching(`components/${ID}`, '"components/<id>"'), range: versionRange() });

const runtime = z.object(
  {
    kind: z.discriminatedUnion(
      '$case',
      [
        z.object({ $case: z.literal('pipeline'), value: pipeline() }),
        z.object({ $case: z.literal('container'), value: container() }),
      ],
      'must be a pipeline or a container',
    ),
  },
  'is required',
);

const by =
  <K extends string>(field: K) =>
  <T extends Readonly<Record<K, string>>>(items: readonly T[]): T[] =>
    [...items].sort((a, b) => (a[field] < b[field] ? -1 : 1));

/** What may be published: a valid version becomes the one that is stored, sets sorted and defaults filled in. */
export const manifest = () =>
  z
    .object(
      {
        name: versionName(),
        displayName: text(1, 120),
        description: text(0, 4_000),
        capabilities: list(label(), 1, 128).transform(sortedSet),
        dataFormats: list(oneOf(DataFormat), 1, 128).transform(sortedSet),
        resources,
        clearance: oneOf(Clearance),
        certifications: list(oneOf(Certification), 0, 128).transform(sortedSet),
        dependencies: list(dependency, 0, 64).superRefine(unique('component')).transform(by('component')),
        lineageTracking: onByDefault(),
        parameters: list(parameter(), 0, 64).superRefine(unique('name')).transform(by('name')),
        runtime,
      },
      'is required',
    )
    .superRefine(({ name, dependencies }, context) => {
      const self = dependencies.findIndex(({ component }) => name.startsWith(`${component}/`));
      if (self < 0) return;
      context.addIssue({
        code: 'custom',
        path: ['dependencies', self, 'component'],
        message: 'must not be the component itself',
      });
    })
    .transform((parsed) => ComponentVersion.fromPartial(parsed))
    .refine(
      (component) => ComponentVersion.encode(component).finish().length <= MAX_BYTES,
      `must have at most ${MAX_BYTES} bytes`,
    );
