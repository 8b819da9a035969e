import { journalOptions, remoteSealer, startJournal, watchLogs } from '@weir/audit-outbox';
import { remoteVerifier } from '@weir/auth';
import { clientCredentials, createClient, openChannel, secretInFile, type ChannelOptions } from '@weir/client';
import { loadConfig } from '@weir/config';
import { AuditServiceDefinition, type Event } from '@weir/contracts/audit';
import { CryptoServiceDefinition, TokenServiceDefinition } from '@weir/contracts/security';
import { databaseOptions, openDatabase } from '@weir/database';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { localTargetOptions, settings as deploymentSettings } from './config.ts';
import { startDeployment } from './parts.ts';
import { remotes } from './remote/remotes.ts';
import { deploymentBindings } from './service.ts';
import { databaseMigrations, type Schema } from './store/schema.ts';
import { localTarget } from './target/local-target.ts';

const service = 'deployment';

await run(async (stack) => {
  const { settings, warnings } = loadConfig(deploymentSettings, process.env);
  const { log, metrics, ops } = stack.use(await startTelemetry({ service, version: '0.1.0', settings }));
  for (const warning of warnings) log.warn(warning);
  const options = { ...databaseOptions(settings), migrations: databaseMigrations, name: service, log };
  const database = stack.use(await openDatabase<Schema>(options));

  const clientSecret = secretInFile(settings.CLIENT_SECRET_FILE);
  const identity = { security: settings.SECURITY_ADDRESS, tls: settings, clientId: settings.CLIENT_ID, clientSecret };
  const tokens = stack.use(clientCredentials(identity));
  const channelTo = (address: ChannelOptions['address']) => stack.use(openChannel({ address, tls: settings, tokens }));
  const security = channelTo(settings.SECURITY_ADDRESS);
  const tokenService = createClient(TokenServiceDefinition, security);
  const verifier = stack.use(remoteVerifier({ tokenService, audience: service, settings, log, metrics }));
  const audit = createClient(AuditServiceDefinition, channelTo(settings.AUDIT_ADDRESS));
  const logs = stack.use(watchLogs({ service, database, audit, settings, log, metrics }));
  ops.addPage('/audit-checkpoints', logs.page);
  const deliver = async (events: Event[]): Promise<void> => {
    await audit.recordEvents({ events });
    logs.delivered(events);
  };
  const seal = remoteSealer(createClient(CryptoServiceDefinition, security));
  const journal = stack.use(
    startJournal({ service, database, deliver, seal, log, metrics, ...journalOptions(settings) }),
  );

  const asked = remotes(channelTo(settings.REGISTRY_ADDRESS), channelTo(settings.AGENT_ADDRESS));
  const target = localTarget({ ...localTargetOptions(settings), env: process.env, log });
  const parts = stack.use(startDeployment({ database, journal, ...asked, target, tokens, tls: settings, log }));

  const { runner } = parts;
  const checks = { database: database.ready, tokens: verifier.ready, audit: journal.ready, rollouts: runner.ready };
  const bindings = deploymentBindings(parts);
  stack.use(await serve({ service, settings, bindings, verifier, journal, checks, log, metrics }));
  ops.addChecks(checks);
});
