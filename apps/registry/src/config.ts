import { outboxSettings } from '@weir/audit-outbox';
import { authSettings } from '@weir/auth';
import { addressSetting, identitySettings, tlsClientSettings } from '@weir/client';
import { databaseSettings } from '@weir/database';
import { rpcSettings } from '@weir/rpc';
import { telemetrySettings } from '@weir/telemetry';
import { z } from 'zod';

/** Every setting of the registry service. */
export const settings = z.object({
  ...rpcSettings(7001),
  ...databaseSettings,
  ...telemetrySettings,
  OPS_LISTEN: telemetrySettings.OPS_LISTEN.default({ host: '127.0.0.1', port: 7101 }),
  ...outboxSettings,
  ...authSettings,
  ...addressSetting('security'),
  ...addressSetting('audit'),
  ...identitySettings('registry'),
  ...tlsClientSettings,
});

/** What they parse to. */
export type Settings = z.output<typeof settings>;
