import { ScalingMetric } from '@weir/contracts/registry';
import { posix } from 'node:path';
import { z } from 'zod';
import { duration, int32, int64, list, matching, oneOf, text, unique, onByDefault } from './rules.ts';

const MIB = 2n ** 20n;
const TIB = 2n ** 40n;

// [registry[:port]/]path[:tag]@sha256:digest (https://github.com/distribution/reference)
const IMAGE =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\\d{1,5})?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\\w][\\w.-]{0,127})?@sha256:[0-9a-f]{64}';
const SUBDOMAIN = '[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?';

const RESERVED: ReadonlySet<string> = new Set(['TENANT_ID', 'DATA_PROCESSING_MODE']);

const secretReference = z.object({
  secret: matching(SUBDOMAIN, 'a DNS subdomain'),
  key: matching('[A-Za-z0-9._-]{1,253}', '1 to 253 of A-Z, a-z, 0-9, ".", "_" and "-"'),
});

const envVar = z.object({
  name: matching('[A-Za-z_][A-Za-z0-9_]{0,127}', 'an environment variable name of at most 128 characters').refine(
    (name) => !RESERVED.has(name),
    'is set by the platform',
  ),
  source: z.discriminatedUnion(
    '$case',
    [
      z.object({
        $case: z.literal('value'),
        value: z.string().refine((value) => Buffer.byteLength(value) <= 32_768, 'must have at most 32,768 bytes'),
      }),
      z.object({ $case: z.literal('secret'), value: secretReference }),
    ],
    'must be a value or a secret',
  ),
});

const persistent = z
  .object({
    claimName: z.literal('').or(matching(SUBDOMAIN, 'a DNS subdomain')),
    sizeBytes: z.bigint(),
    storageClass: z.literal('').or(matching(SUBDOMAIN, 'a DNS subdomain')),
    shared: z.boolean(),
  })
  .refine(
    ({ claimName, sizeBytes }) =>
      (claimName !== '' && sizeBytes === 0n) || (sizeBytes >= MIB && sizeBytes <= 64n * TIB),
    {
      path: ['sizeBytes'],
      message: 'must be from 1 MiB to 64 TiB, unless claim_name is set',
    },
  );

const volume = z
  .object({
    name: matching('[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?', 'a DNS label'),
    mountPath: text(1, 4_096).refine(isMountPath, 'must be an absolute path without "..", not "/"'),
    readOnly: z.boolean(),
    source: z.discriminatedUnion(
      '$case',
      [
        z.object({ $case: z.literal('persistent'), value: persistent }),
        z.object({
          $case: z.literal('ephemeral'),
          value: z.object({ sizeBytes: int64(1n, 64n * TIB), memory: z.boolean() }),
        }),
        z.object({ $case: z.literal('secret'), value: matching(SUBDOMAIN, 'a DNS subdomain') }),
      ],
      'must be persistent, ephemeral or a secret',
    ),
  })
  .transform((volume) => ({ ...volume, readOnly: volume.readOnly || volume.source.$case === 'secret' }));

function isMountPath(path: string): boolean {
  return (
    path.startsWith('/') && posix.normalize(path) !== '/' && !path.split('/').includes('..') && !path.includes(':')
  );
}

const egress = z.object({
  cidr: z.union([z.cidrv4(), z.cidrv6()], 'must be an IPv4 or IPv6 range, like 10.0.0.0/8'),
  ports: list(int32(1, 65_535), 1, 16),
});

const network = z
  .object({
    dataPort: int32(1_024, 65_535, 8_080),
    metricsPort: int32(1_024, 65_535, 9_090),
    egress: list(egress, 0, 64),
  })
  .refine(({ dataPort, metricsPort }) => dataPort !== metricsPort, {
    path: ['metricsPort'],
    message: 'must differ from data_port',
  });

const probe = (initialDelay: number, period: number) =>
  z
    .object({
      handler: z
        .discriminatedUnion('$case', [
          z.object({ $case: z.literal('grpcService'), value: text(0, 512) }),
          z.object({ $case: z.literal('httpPath'), value: matching('/[^\\s]{0,1023}', 'a path, like /ready') }),
        ])
        .optional()
        .transform((handler) => handler ?? { $case: 'grpcService' as const, value: '' }),
      initialDelay: duration(0, 3_600, initialDelay),
      period: duration(1, 300, period),
      timeout: duration(1, 60, 1),
      failureThreshold: int32(1, 30, 3),
    })
    .prefault(EMPTY_PROBE);

const EMPTY_PROBE = {
  handler: undefined,
  initialDelay: undefined,
  period: undefined,
  timeout: undefined,
  failureThreshold: 0,
};

const scalingTarget = z
  .object({ metric: oneOf(ScalingMetric), target: int32(1, 2 ** 31 - 1) })
  .refine(({ metric, target }) => metric === ScalingMetric.DATA_THROUGHPUT || target <= 100, {
    path: ['target'],
    message: 'must be from 1 to 100 percent',
  });

const DEFAULT_TARGETS = [
  { metric: ScalingMetric.CPU, target: 70 },
  { metric: ScalingMetric.MEMORY, target: 80 },
  { metric: ScalingMetric.DATA_THROUGHPUT, target: 100 },
];

const autoscaling = z.object({
  enabled: onByDefault(),
  targets: list(scalingTarget, 0, 3)
    .refine(
      (targets) => new Set(targets.map(({ metric }) => metric)).size === targets.length,
      'must name each metric once',
    )
    .transform((targets) =>
      targets.length === 0 ? DEFAULT_TARGETS : [...targets].sort((a, b) => a.metric - b.metric),
    ),
});

const MAX_ID = 2n ** 31n - 1n;
const USER = 10_001n;

const securityContext = z
  .object({
    runAsUser: int64(1n, MAX_ID, USER),
    runAsGroup: int64(1n, MAX_ID, USER),
    fsGroup: int64(0n, MAX_ID),
    readOnlyRootFilesystem: onByDefault(),
  })
  .transform((context) => ({ ...context, fsGroup: context.fsGroup || context.runAsGroup }));

const MAX_REPLICAS = 1_000;
const DEFAULT_MAX_REPLICAS = 10;

/** How a container runs, with the defaults filled in. */
export const container = () =>
  z
    .object({
      image: text(1, 1_024).regex(
        new RegExp(`^${IMAGE}$`),
        'must be an image with a digest, like registry/name:tag@sha256:...',
      ),
      command: list(text(0, 32_768), 0, 1_024),
      args: list(text(0, 32_768), 0, 1_024),
      env: list(envVar, 0, 128).superRefine(unique('name')),
      volumes: list(volume, 0, 32).superRefine(unique('name')).superRefine(unique('mountPath')),
      network: network.prefault({ dataPort: 0, metricsPort: 0, egress: [] }),
      probes: z
        .object({ liveness: probe(30, 10), readiness: probe(10, 5) })
        .prefault({ liveness: undefined, readiness: undefined }),
      minReplicas: int32(1, MAX_REPLICAS, 1),
      maxReplicas: int32(0, MAX_REPLICAS),
      autoscaling: autoscaling.prefault({ enabled: undefined, targets: [] }),
      securityContext: securityContext.prefault({
        runAsUser: 0n,
        runAsGroup: 0n,
        fsGroup: 0n,
        readOnlyRootFilesystem: undefined,
      }),
      encryptionRequired: onByDefault(),
      auditLogging: onByDefault(),
    })
    .transform((container) => ({
      ...container,
      maxReplicas: container.maxReplicas || Math.max(DEFAULT_MAX_REPLICAS, container.minReplicas),
    }))
    .refine(({ minReplicas, maxReplicas }) => maxReplicas >= minReplicas, {
      path: ['maxReplicas'],
      message: 'must be at least min_replicas',
    });
