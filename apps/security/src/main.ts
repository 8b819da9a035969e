import { journalOptions, startJournal, watchLogs } from '@weir/audit-outbox';
import { createClient, openChannel } from '@weir/client';
import { loadConfig } from '@weir/config';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { databaseOptions, openDatabase } from '@weir/database';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { startBootstrap } from './boot/bootstrap.ts';
import { auditLink } from './compliance/audit-link.ts';
import { buildCompliance } from './compliance/compliance-parts.ts';
import { transportProbes } from './compliance/probe-transport.ts';
import { optionsOf, pathsOf, portsOf, settings as securitySettings } from './config.ts';
import { dueTasks, startHousekeeping } from './housekeeping.ts';
import { loadMasterKey } from './keys/master-key-file.ts';
import { sealPersonalWith } from './crypto/seal-personal-with.ts';
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
  stack.use(security.scans);

  const channelTo = (address: Parameters<typeof openChannel>[0]['address']) =>
    stack.use(openChannel({ address, tls: settings, tokens: security.ownTokens }));
  const tenants = registryTenantDirectory(createClient(TenantServiceDefinition, channelTo(settings.REGISTRY_ADDRESS)));
  const audit = createClient(AuditServiceDefinition, channelTo(settings.AUDIT_ADDRESS));
  const link = auditLink(audit);
  const logs = stack.use(watchLogs({ service, database, audit, settings, log, metrics }));
  link.listen(logs);
  ops.addPage('/audit-checkpoints', logs.page);
  const delivery = { deliver: link.deliver, seal: sealPersonalWith(security.sealDetails) };
  const journal = stack.use(
    startJournal({ service, database, ...delivery, log, metrics, ...journalOptions(settings) }),
  );
  const bootstrap = stack.use(startBootstrap({ ...security, ...paths, database, journal, log }));
  const transports = transportProbes(portsOf(settings));
  const compliance = stack.use(buildCompliance({ security, database, audit, journal, heads: logs, transports, log }));
  link.listen(compliance.incidents);
  const kept = { decisionsMs: settings.DECISION_RETENTION };
  stack.use(startHousekeeping(log, dueTasks({ ...security, ...compliance, database, journal, kept })));

  const checks = {
    database: () => database.ready(),
    bootstrap: () => bootstrap.ready(),
    tokens: () => security.verifier.ready(),
    audit: () => journal.ready(),
  };
  const bindings = securityBindings(security, tenants, compliance);
  stack.use(await serve({ service, settings, bindings, verifier: security.verifier, journal, checks, log, metrics }));
  ops.addChecks(checks);
});
