import { outboxSettings, seenCheckpointSettings } from '@weir/audit-outbox';
import { authSettings } from '@weir/auth';
import { addressSetting, tlsClientSettings } from '@weir/client';
import { duration, flag, integer } from '@weir/config';
import { databaseSettings } from '@weir/database';
import { rpcSettings } from '@weir/rpc';
import { telemetrySettings } from '@weir/telemetry';
import { join } from 'node:path';
import { z } from 'zod';

const HOUR_MS = 3_600_000;

/** Every setting of the security service. */
export const settings = z.object({
  ...rpcSettings(7002),
  ...databaseSettings,
  ...telemetrySettings,
  OPS_LISTEN: telemetrySettings.OPS_LISTEN.default({ host: '127.0.0.1', port: 7102 }),
  ...outboxSettings,
  ...seenCheckpointSettings,
  ...addressSetting('registry'),
  ...addressSetting('audit'),
  // Spoken to for one reason only: to see that they demand TLS.
  ...addressSetting('agent'),
  ...addressSetting('deployment'),
  ...tlsClientSettings,
  MASTER_KEY_FILE: z
    .string()
    .optional()
    .describe(
      'File with the master key, 32 bytes as base64; made where there is none. Default: master.key in WEIR_STATE_DIR.',
    ),
  SERVICE_SECRETS_DIR: z
    .string()
    .optional()
    .describe('Folder with <service>.secret of every other service. Default: secrets in WEIR_STATE_DIR.'),
  TOKEN_ISSUER: authSettings.TOKEN_ISSUER,
  TOKEN_LIFETIME: duration({ min: HOUR_MS, max: 24 * HOUR_MS })
    .default(8 * HOUR_MS)
    .describe('How long a token counts when its request does not say.'),
  JWKS_MAX_AGE: duration({ min: 1_000, max: 24 * HOUR_MS })
    .default(5 * 60_000)
    .describe('How long verifiers may keep the published keys; a new key signs after this long.'),
  DECISION_RETENTION: duration({ min: 24 * HOUR_MS })
    .default(90 * 24 * HOUR_MS)
    .describe('How long access decisions are kept for replay and explanation; their audit events are kept by audit.'),
  DATA_ENCRYPTION: flag()
    .default(true)
    .describe('Whether decisions oblige to encrypt where policies or frameworks demand it; off waives that for all.'),
  PII_DETECTION: flag()
    .default(true)
    .describe(
      'Whether decisions oblige to look for personal data in fields that no rule names; off waives that for all.',
    ),
  PII_SCAN_THREADS: integer({ min: 1, max: 256 })
    .optional()
    .describe('Threads for large scans of personal data. Default: one less than the machine has processors.'),
  PII_SCAN_QUEUE: integer({ min: 0, max: 10_000 })
    .default(64)
    .describe(
      'Large scans that may wait for a thread, tenants in turn; beyond it those of the tenant with most answer SCAN_QUEUE_FULL.',
    ),
  SECRET_HASH_COST: z.coerce
    .number()
    .int()
    .min(14)
    .max(20)
    .default(15)
    .describe("Logarithm of scrypt's N for client secrets: each step doubles time and memory (15: 32 MiB)."),
});

/** What they parse to. */
export type Settings = z.output<typeof settings>;

/** The files that this service makes and reads. */
export const pathsOf = ({ WEIR_STATE_DIR, MASTER_KEY_FILE, SERVICE_SECRETS_DIR }: Settings) => ({
  masterKeyFile: MASTER_KEY_FILE ?? join(WEIR_STATE_DIR, 'master.key'),
  serviceSecretsDir: SERVICE_SECRETS_DIR ?? join(WEIR_STATE_DIR, 'secrets'),
  adminSecretFile: join(WEIR_STATE_DIR, 'admin.secret'),
});

/** How its parts are built. */
export const optionsOf = (settings: Settings) => ({
  issuer: settings.TOKEN_ISSUER,
  defaultLifetimeMs: settings.TOKEN_LIFETIME,
  jwksMaxAgeMs: settings.JWKS_MAX_AGE,
  secretHashCost: settings.SECRET_HASH_COST,
  scans: { threads: settings.PII_SCAN_THREADS, queue: settings.PII_SCAN_QUEUE },
  waived: { encryption: !settings.DATA_ENCRYPTION, piiDetection: !settings.PII_DETECTION },
});

/** The ports whose protection is measured. */
export const portsOf = (settings: Settings) => [
  { service: 'security', address: settings.GRPC_LISTEN },
  { service: 'audit', address: settings.AUDIT_ADDRESS },
  { service: 'registry', address: settings.REGISTRY_ADDRESS },
  { service: 'agent', address: settings.AGENT_ADDRESS },
  { service: 'deployment', address: settings.DEPLOYMENT_ADDRESS },
];
