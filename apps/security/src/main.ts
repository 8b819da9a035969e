import { journalOptions, startJournal, watchLogs } from '@weir/audit-outbox';
import { createClient, openChannel } from '@weir/client';
import { loadConfig } from '@weir/config';
import { AuditServiceDefinition, type Event } from '@weir/contracts/audit';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { databaseOptions, openDatabase } from '@weir/database';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { startBootstrap } from './boot/bootstrap.ts';
import { auditHeads } from './compliance/audit-heads.ts';
import { buildCompliance } from './compliance/compliance-parts.ts';
import type { IncidentWatch } from './compliance/incident-watch.ts';
import { probeTransport } from './compliance/probe-transport.ts';
import { optionsOf, pathsOf, portsOf, settings as securitySettings } from './config.ts';
import { startHousekeeping } from './housekeeping.ts';
import { loadMasterKey } from './keys/master-key-file.ts';
import { rotateDueKeys } from './keys/rotate-due-keys.ts';
import { buildSecurity } from './parts.ts';
import { securityBindings } from './service.ts';
import { databaseMigrations, type Schema } from './store/schema.ts';
import { registryTenantDirectory } from './tenants/registry-tenant-directory.ts';

const service = 'security';

await run(async (stack) => {
  const { settings, warnings } = loadConfig(securitySettings, process.env);
  const paths = pathsOf(settings);
  const telemetry = stack.use(await startTelemetry({ service, version: '0.1.0', settings }));
  const { log, metrics, ops } = telemetry;
  for (const warning of warnings) log.warn(warning);

  const master = loadMasterKey(paths.masterKeyFile);
  const options = { ...databaseOptions(settings), migrations: databaseMigrations, name: service, log };
  const database = stack.use(await openDatabase<Schema>(options));
  const security = buildSecurity({ database, master, log, ...optionsOf(settings) });
  stack.use(security.feed);

  const channelTo = (address: Parameters<typeof openChannel>[0]['address']) =>
    stack.use(openChannel({ address, tls: settings, tokens: security.ownTokens }));
  const tenants = registryTenantDirectory(createClient(TenantServiceDefinition, channelTo(settings.REGISTRY_ADDRESS)));
  const audit = createClient(AuditServiceDefinition, channelTo(settings.AUDIT_ADDRESS));
  const logs = stack.use(watchLogs({ service, database, audit, settings, log, metrics }));
  ops.addPage('/audit-checkpoints', logs.page);
  let incidents: IncidentWatch | undefined;
  const deliver = async (events: Event[]) => {
    await audit.recordEvents({ events });
    await incidents?.delivered(events);
    logs.delivered(events);
  };
  const journal = stack.use(startJournal({ service, database, deliver, log, ...journalOptions(settings) }));
  const bootstrap = stack.use(startBootstrap({ ...security, ...paths, database, journal, log }));
  stack.use(
    startHousekeeping(log, [
      () => security.decisions.purge(settings.DECISION_RETENTION),
      () => rotateDueKeys({ ...security, database, journal }),
    ]),
  );

  const checks = {
    database: () => database.ready(),
    bootstrap: () => bootstrap.ready(),
    tokens: () => security.verifier.ready(),
    audit: () => journal.ready(),
  };
  const transports = () => Promise.all(portsOf(settings).map(probeTransport));
  const heads = auditHeads(audit);
  const compliance = stack.use(buildCompliance({ security, database, audit, journal, heads, transports, log }));
  incidents = compliance.incidents;
  const bindings = securityBindings(security, tenants, compliance);
  stack.use(await serve({ service, settings, bindings, verifier: security.verifier, journal, checks, log, metrics }));
  ops.addChecks(checks);
});
