import { ScalingMetric, type ContainerRuntime } from '@weir/contracts/registry';
import { enumValue } from '@weir/rpc';
import { z } from 'zod';

const MIB = 1024n ** 2n;
const TIB = 1024n ** 4n;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const SET_BY_PLATFORM = ['TENANT_ID', 'DATA_PROCESSING_MODE'];

type EnvVar = ContainerRuntime['env'][number];
type Volume = ContainerRuntime['volumes'][number];

const whole = (min: number, max: number, shape: string) =>
  z.number().int(`must be ${shape}`).min(min, `must be ${shape}`).max(max, `must be ${shape}`);
const orZero = (min: number, max: number, shape: string) => z.literal(0).or(whole(min, max, shape));
const bytes = (min: bigint, max: bigint, shape: string) =>
  z.bigint().refine((value) => value === 0n || (value >= min && value <= max), `must be ${shape}`);
const id = () => z.bigint().min(0n, 'must be 1 or more');

const distinct =
  <T>(key: (item: T) => string) =>
  (items: readonly T[]): boolean =>
    new Set(items.map(key)).size === items.length;

const resources = z
  .object({
    cpuMillicores: orZero(100, 256_000, '100 to 256,000'),
    memoryBytes: bytes(64n * MIB, 4n * TIB, '64 MiB to 4 TiB'),
    ephemeralStorageBytes: bytes(1n, 64n * TIB, 'at most 64 TiB'),
    gpuCount: whole(0, 16, '0 to 16'),
    gpuMemoryBytes: bytes(1n, 4n * TIB, 'at most 4 TiB'),
  })
  .refine(({ gpuCount, gpuMemoryBytes }) => gpuCount > 0 || gpuMemoryBytes === 0n, {
    path: ['gpuMemoryBytes'],
    message: 'has no meaning without gpu_count',
  });

const secret = z.object({
  secret: z.string().regex(SUBDOMAIN, 'must be a DNS subdomain'),
  key: z.string().regex(/^[A-Za-z0-9._-]{1,253}$/, 'must be 1 to 253 of A-Z, a-z, 0-9, ".", "_" and "-"'),
});

const envVar = z.object({
  name: z
    .string()
    .max(128, 'must have at most 128 characters')
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and "_", not starting with a digit')
    .refine((name) => !SET_BY_PLATFORM.includes(name), 'is set by the platform'),
  source: z.custom<NonNullable<EnvVar['source']>>((source) => isEnvSource(source), 'must be a value or a secret'),
});

const isEnvSource = (source: unknown): boolean =>
  z
    .discriminatedUnion('$case', [
      z.object({ $case: z.literal('value'), value: z.string().refine((value) => Buffer.byteLength(value) <= 32_768) }),
      z.object({ $case: z.literal('secret'), value: secret }),
    ])
    .safeParse(source).success;

const volume = z.object({
  name: z.string().regex(LABEL, 'must be 1 to 63 of a-z, 0-9 and "-"'),
  mountPath: z
    .string()
    .refine(
      (path) => path.startsWith('/') && path !== '/' && !path.split('/').includes('..'),
      'must be an absolute path',
    ),
  readOnly: z.boolean(),
  source: z.custom<NonNullable<Volume['source']>>((source) => isVolumeSource(source), 'must be a complete source'),
});

const isVolumeSource = (source: unknown): boolean =>
  z
    .discriminatedUnion('$case', [
      z.object({
        $case: z.literal('persistent'),
        value: z
          .object({ claimName: z.literal('').or(z.string().regex(SUBDOMAIN)), sizeBytes: z.bigint() })
          .refine(({ claimName, sizeBytes }) => claimName !== '' || (sizeBytes >= MIB && sizeBytes <= 64n * TIB)),
      }),
      z.object({ $case: z.literal('ephemeral'), value: z.object({ sizeBytes: z.bigint().min(1n) }) }),
      z.object({ $case: z.literal('secret'), value: z.string().regex(SUBDOMAIN) }),
    ])
    .safeParse(source).success;

const port = () => orZero(1_024, 65_535, '1,024 to 65,535');
const egress = z.object({
  cidr: z.cidrv4('must be an IPv4 or IPv6 range').or(z.cidrv6('must be an IPv4 or IPv6 range')),
  ports: z
    .array(whole(1, 65_535, '1 to 65,535'))
    .min(1, 'needs at least 1')
    .max(16, 'must be at most 16'),
});
const network = z.object({
  dataPort: port(),
  metricsPort: port(),
  egress: z.array(egress).max(64, 'must be at most 64'),
});

const scalingTarget = z
  .object({ metric: enumValue(ScalingMetric), target: whole(1, 2_147_483_647, '1 or more') })
  .refine(({ metric, target }) => metric === ScalingMetric.DATA_THROUGHPUT || target <= 100, {
    path: ['target'],
    message: 'must be 1 to 100',
  });
const autoscaling = z.object({
  enabled: z.boolean().optional(),
  targets: z.array(scalingTarget).refine(
    distinct(({ metric }: { metric: number }) => String(metric)),
    'must name each metric once',
  ),
});

const securityContext = z.object({
  runAsUser: id(),
  runAsGroup: id(),
  fsGroup: id(),
  readOnlyRootFilesystem: z.boolean().optional(),
});

/** What each replica gets, as callers give it. */
export const container = () =>
  z
    .object({
      resources: resources.optional(),
      env: z
        .array(envVar)
        .max(128, 'must be at most 128')
        .refine(
          distinct(({ name }: { name: string }) => name),
          'must have unique names',
        ),
      volumes: z
        .array(volume)
        .max(32, 'must be at most 32')
        .refine(
          distinct(({ name }: { name: string }) => name),
          'must have unique names',
        )
        .refine(
          distinct(({ mountPath }: { mountPath: string }) => mountPath),
          'must have unique paths',
        ),
      network: network.optional(),
      minReplicas: whole(0, 1_000, '1 to 1,000'),
      maxReplicas: whole(0, 1_000, '1 to 1,000'),
      autoscaling: autoscaling.optional(),
      securityContext: securityContext.optional(),
      encryptionRequired: z.boolean().optional(),
      auditLogging: z.boolean().optional(),
    })
    .refine(({ minReplicas, maxReplicas }) => maxReplicas === 0 || maxReplicas >= minReplicas, {
      path: ['maxReplicas'],
      message: 'must be at least min_replicas',
    });
