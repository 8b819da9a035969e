import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { outboxSettings } from '@weir/audit-outbox';
import { authSettings } from '@weir/auth';
import { addressSetting, identitySettings, tlsClientSettings } from '@weir/client';
import { duration, integer, list, secretFile } from '@weir/config';
import { databaseSettings } from '@weir/database';
import { rpcSettings } from '@weir/rpc';
import { telemetrySettings } from '@weir/telemetry';
import { z } from 'zod';
import { loadLogKey } from './log/log-keys.ts';

/** Every setting of the audit service. */
export const settings = z.object({
  ...rpcSettings(7003),
  ...databaseSettings,
  ...telemetrySettings,
  OPS_LISTEN: telemetrySettings.OPS_LISTEN.default({ host: '127.0.0.1', port: 7103 }),
  ...outboxSettings,
  ...authSettings,
  ...addressSetting('security'),
  ...identitySettings('audit'),
  ...tlsClientSettings,
  AUDIT_ORIGIN: z
    .string()
    .regex(/^[^\s+]+$/, 'needs a text without spaces and "+"')
    .default('weir.local')
    .describe(
      'Prefix of the name of every log, unique to this installation; "weir.example" gives weir.example/tenants/acme.',
    ),
  AUDIT_LOG_KEY_FILE: secretFile()
    .optional()
    .describe(
      'PEM file (PKCS #8) with the Ed25519 key that signs checkpoints. Default: audit/log.key in WEIR_STATE_DIR, made there on first boot. Replicas share one.',
    ),
  AUDIT_FORMER_KEYS: list()
    .default([])
    .describe('Verifier keys (vkeys) that signed checkpoints before the key was changed.'),
  AUDIT_RETENTION_INTERVAL: duration({ min: 1_000 })
    .default(6 * 3_600_000)
    .describe(
      'How often retention is applied to all logs; a change of retention or a released hold is applied at once.',
    ),
  AUDIT_QUEUE_LIMIT: integer({ min: 1 })
    .default(20_000)
    .describe('Events that may wait to be written; beyond it RecordEvents answers LOG_OVERLOADED.'),
});

/** What they parse to. */
export type Settings = z.output<typeof settings>;

/** The key that signs checkpoints: the configured one, or the one in the state folder. */
export const logKeyOf = ({ AUDIT_LOG_KEY_FILE, WEIR_STATE_DIR }: Settings): KeyObject =>
  AUDIT_LOG_KEY_FILE
    ? createPrivateKey(AUDIT_LOG_KEY_FILE.reveal())
    : loadLogKey(join(WEIR_STATE_DIR, 'audit', 'log.key'));
