import { remoteVerifier } from '@weir/auth';
import { clientCredentials, createClient, openChannel, secretInFile } from '@weir/client';
import { formatAddress, loadConfig } from '@weir/config';
import { PrivacyServiceDefinition, TokenServiceDefinition } from '@weir/contracts/security';
import { run, serve } from '@weir/rpc';
import { startTelemetry } from '@weir/telemetry';
import { plaintextDirOf } from './plaintext/plaintext-dir.ts';
import { announce } from './worker/announce.ts';
import { identityOf, scratchRootsOf, settings as workerSettings, threadsOf, workersDirOf } from './worker/config.ts';
import { createEngine } from './worker/engine.ts';
import { noJournal } from './worker/no-journal.ts';
import { securityAnonymizer } from './worker/privacy/security-anonymizer.ts';
import { sweep } from './worker/run/sweep.ts';
import { workerBindings } from './worker/service.ts';
import { createWorker } from './worker/worker.ts';
import { ENGINE_VERSION, SOFTWARE_VERSION } from './worker/versions.ts';

const service = 'worker';

await run(async (stack) => {
  const { settings } = loadConfig(workerSettings, process.env);
  const { log, metrics, ops } = stack.use(await startTelemetry({ service, version: SOFTWARE_VERSION, settings }));

  const clientSecret = secretInFile(settings.CLIENT_SECRET_FILE);
  const identity = { security: settings.SECURITY_ADDRESS, tls: settings, clientId: settings.CLIENT_ID, clientSecret };
  const tokens = stack.use(clientCredentials(identity));
  const security = stack.use(openChannel({ address: settings.SECURITY_ADDRESS, tls: settings, tokens }));
  const tokenService = createClient(TokenServiceDefinition, security);
  const verifier = stack.use(remoteVerifier({ tokenService, audience: 'agent', settings, log, metrics }));

  for (const dir of [workersDirOf(settings), plaintextDirOf(settings)]) await sweep(dir);
  const engine = stack.use(
    createEngine({ idleMs: settings.WORKER_ENGINE_IDLE, cacheDir: process.env.NODE_COMPILE_CACHE }),
  );
  const anonymizer = securityAnonymizer(createClient(PrivacyServiceDefinition, security));
  const worker = createWorker({
    identity: identityOf(settings),
    executor: { engine, anonymizer, ...scratchRootsOf(settings), threads: threadsOf(settings) },
    capacity: settings.WORKER_CAPACITY,
    memoryBytes: settings.WORKER_MEMORY,
    engineVersion: ENGINE_VERSION,
    softwareVersion: SOFTWARE_VERSION,
  });

  const checks = { tokens: verifier.ready };
  const bindings = workerBindings(worker);
  const server = await serve({ service, settings, bindings, verifier, journal: noJournal, checks, log, metrics });
  stack.use(server);
  stack.defer(worker.drain);
  ops.addChecks(checks);

  const starting = new AbortController();
  stack.defer(() => starting.abort());
  const address = formatAddress({ ...settings.GRPC_LISTEN, port: server.port });
  const announcement = { address, readyFile: settings.WORKER_READY_FILE, ready: verifier.ready };
  void announce(announcement, starting.signal).catch((err: unknown) => log.debug({ err }, 'not announced'));
});
