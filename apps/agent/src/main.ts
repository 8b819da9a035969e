import { journalOptions, remoteSealer, startJournal } from '@weir/audit-outbox';
import { remoteVerifier } from '@weir/auth';
import { clientCredentials, createClient, openChannel, secretInFile, type ChannelOptions } from '@weir/client';
import { loadConfig } from '@weir/config';
import { AuditServiceDefinition, type Event } from '@weir/contracts/audit';
import { CryptoServiceDefinition, TokenServiceDefinition } from '@weir/contracts/security';
import { databaseOptions, openDatabase } from '@weir/database';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { buildAgent } from './agent-parts.ts';
import { settings as agentSettings } from './config.ts';
import { startHousekeeping } from './housekeeping/housekeeping.ts';
import { agentBindings } from './service.ts';
import { agentMigrations, type Schema } from './store/schema.ts';
import { workerStarter } from './workers/worker-starter.ts';

const service = 'agent';

await run(async (stack) => {
  const { settings, warnings } = loadConfig(agentSettings, process.env);
  const { log, metrics, ops } = stack.use(await startTelemetry({ service, version: '0.1.0', settings }));
  for (const warning of warnings) log.warn(warning);

  const database = stack.use(
    await openDatabase<Schema>({ ...databaseOptions(settings), migrations: agentMigrations, name: service, log }),
  );

  const clientSecret = secretInFile(settings.CLIENT_SECRET_FILE);
  const identity = { security: settings.SECURITY_ADDRESS, tls: settings, clientId: settings.CLIENT_ID, clientSecret };
  const tokens = stack.use(clientCredentials(identity));
  const channelTo = (address: ChannelOptions['address']) => stack.use(openChannel({ address, tls: settings, tokens }));
  const security = channelTo(settings.SECURITY_ADDRESS);
  const tokenService = createClient(TokenServiceDefinition, security);
  const verifier = stack.use(remoteVerifier({ tokenService, audience: service, settings, log, metrics }));

  const audit = createClient(AuditServiceDefinition, channelTo(settings.AUDIT_ADDRESS));
  const deliver = async (events: Event[]): Promise<void> => {
    await audit.recordEvents({ events });
  };
  const seal = remoteSealer(createClient(CryptoServiceDefinition, security));
  const journal = stack.use(
    startJournal({ service, database, deliver, seal, log, metrics, ...journalOptions(settings) }),
  );

  const registry = channelTo(settings.REGISTRY_ADDRESS);
  const deployment = channelTo(settings.DEPLOYMENT_ADDRESS);
  const startWorker = workerStarter({ env: process.env, settings, tokens, log });
  const others = { registry, security, deployment, tokens, tls: settings, startWorker };
  const parts = buildAgent({ ...others, database, journal, settings, log, metrics }, stack);
  stack.use(await startHousekeeping({ ...parts, instanceTtlMs: settings.INSTANCE_TTL }));

  const checks = { database: database.ready, tokens: verifier.ready, audit: journal.ready, registry: registry.ready };
  const bindings = agentBindings(parts);
  stack.use(await serve({ service, settings, bindings, verifier, journal, checks, log, metrics }));
  ops.addChecks(checks);
});
