import { journalOptions, remoteSealer, startJournal } from '@weir/audit-outbox';
import { remoteVerifier } from '@weir/auth';
import { clientCredentials, createClient, openChannel, secretInFile } from '@weir/client';
import { loadConfig } from '@weir/config';
import { AuditServiceDefinition, type Event } from '@weir/contracts/audit';
import { CryptoServiceDefinition, TokenServiceDefinition } from '@weir/contracts/security';
import { databaseOptions, openDatabase } from '@weir/database';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { settings as registrySettings } from './config.ts';
import { registryBindings } from './service.ts';
import { registryMigrations, type Schema } from './store/schema.ts';
import { postgresStores } from './stores.ts';
import { startChangeFeed } from './watch/change-feed.ts';
import { startHousekeeping } from './watch/housekeeping.ts';

const service = 'registry';

await run(async (stack) => {
  const { settings, warnings } = loadConfig(registrySettings, process.env);
  const { log, metrics, ops } = stack.use(await startTelemetry({ service, version: '0.1.0', settings }));
  for (const warning of warnings) log.warn(warning);

  const database = stack.use(
    await openDatabase<Schema>({ ...databaseOptions(settings), migrations: registryMigrations, name: service, log }),
  );

  const clientSecret = secretInFile(settings.CLIENT_SECRET_FILE);
  const identity = { security: settings.SECURITY_ADDRESS, tls: settings, clientId: settings.CLIENT_ID, clientSecret };
  const tokens = stack.use(clientCredentials(identity));
  const security = stack.use(openChannel({ address: settings.SECURITY_ADDRESS, tls: settings, tokens }));
  const tokenService = createClient(TokenServiceDefinition, security);
  const verifier = stack.use(remoteVerifier({ tokenService, audience: service, settings, log, metrics }));

  const auditChannel = stack.use(openChannel({ address: settings.AUDIT_ADDRESS, tls: settings, tokens }));
  const audit = createClient(AuditServiceDefinition, auditChannel);
  const deliver = async (events: Event[]): Promise<void> => {
    await audit.recordEvents({ events });
  };
  const seal = remoteSealer(createClient(CryptoServiceDefinition, security));
  const journal = stack.use(
    startJournal({ service, database, deliver, seal, log, metrics, ...journalOptions(settings) }),
  );

  const checks = { database: database.ready, tokens: verifier.ready, audit: journal.ready };
  const feed = startChangeFeed(database, log);
  const bindings = registryBindings(postgresStores(database), feed);
  stack.use(await serve({ service, settings, bindings, verifier, journal, checks, log, metrics }));
  // Before the server: watchers are told to resume elsewhere, and do not hold up its end.
  stack.use(feed);
  stack.use(startHousekeeping(database, log));
  ops.addChecks(checks);
});
