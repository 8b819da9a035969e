import { journalOptions, outboxMigrations, remoteSealer, startJournal } from '@weir/audit-outbox';
import { remoteVerifier } from '@weir/auth';
import { clientCredentials, createClient, openChannel, secretInFile } from '@weir/client';
import { loadConfig } from '@weir/config';
import { CryptoServiceDefinition, TokenServiceDefinition } from '@weir/contracts/security';
import { databaseOptions, openDatabase } from '@weir/database';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { logKeyOf, settings as auditSettings } from './config.ts';
import { startAuditLog } from './log/audit-log.ts';
import { logKeys } from './log/log-keys.ts';
import { auditBindings } from './service.ts';
import { postgresStores } from './store/postgres-stores.ts';
import { auditMigrations, type Schema } from './store/schema.ts';

const service = 'audit';

await run(async (stack) => {
  const { settings, warnings } = loadConfig(auditSettings, process.env);
  const { log, metrics, ops } = stack.use(await startTelemetry({ service, version: '0.1.0', settings }));
  for (const warning of warnings) log.warn(warning);

  const migrations = [outboxMigrations, auditMigrations];
  const database = stack.use(
    await openDatabase<Schema>({ ...databaseOptions(settings), migrations, name: service, log }),
  );
  const keys = logKeys(settings.AUDIT_ORIGIN, logKeyOf(settings), settings.AUDIT_FORMER_KEYS);
  const limits = { queueLimit: settings.AUDIT_QUEUE_LIMIT, sweepMs: settings.AUDIT_RETENTION_INTERVAL };
  const auditLog = stack.use(startAuditLog({ ...postgresStores(database), ...limits, keys, log }));

  const clientSecret = secretInFile(settings.CLIENT_SECRET_FILE);
  const identity = { security: settings.SECURITY_ADDRESS, tls: settings, clientId: settings.CLIENT_ID, clientSecret };
  const tokens = stack.use(clientCredentials(identity));
  const channel = stack.use(openChannel({ address: settings.SECURITY_ADDRESS, tls: settings, tokens }));
  const tokenService = createClient(TokenServiceDefinition, channel);
  const verifier = stack.use(remoteVerifier({ tokenService, audience: service, settings, log, metrics }));

  // The service is its own caller: its events go into the log without a detour over the network.
  const { deliver } = auditLog;
  const seal = remoteSealer(createClient(CryptoServiceDefinition, channel));
  const journal = stack.use(
    startJournal({ service, database, deliver, seal, log, metrics, ...journalOptions(settings) }),
  );
  const checks = { database: database.ready, tokens: verifier.ready, audit: journal.ready };
  const bindings = auditBindings(auditLog);
  stack.use(await serve({ service, settings, bindings, verifier, journal, checks, log, metrics }));
  ops.addChecks(checks);
});
