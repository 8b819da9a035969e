import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../embedded/embedded.ts';
import { removeEmbeddedData } from '../embedded/home.ts';
import { processInfo } from '../embedded/process-info.ts';

/** The server that a test run uses. */
export interface TestServer extends AsyncDisposable {
  /** The URL of a superuser. */
  readonly url: string;
}

/** How the processes of a test run learn of the server that its global set-up has started. */
const RUN_VARIABLE = 'WEIR_TEST_SERVER_URL';
/** A server of one's own to use instead: a superuser's URL. */
const OUTSIDE_VARIABLE = 'WEIR_TEST_DATABASE_URL';
const FOLDER = 'weir-test-postgres-';

/** Starts the server of a test run in a temporary folder; WEIR_TEST_DATABASE_URL names one that runs already. */
export async function startTestServer(): Promise<TestServer> {
  const outside = process.env[OUTSIDE_VARIABLE];
  if (outside) return announce({ url: outside, [Symbol.asyncDispose]: () => Promise.resolve() });

  removeLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  return announce({
    url: server.adminUrl(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      removeEmbeddedData(dataDir);
    },
  });
}

/** The superuser's URL of the run's server. */
export function testServerUrl(): string {
  const url = process.env[RUN_VARIABLE];
  if (!url) throw new Error('no test server runs: start the tests with jest from the root of the workspace');
  return url;
}

function announce(server: TestServer): TestServer {
  process.env[RUN_VARIABLE] = server.url;
  return server;
}

/** A run that was killed could not clean up; its server ended with it. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(FOLDER)) continue;
    const pid = Number.parseInt(name.slice(FOLDER.length), 10);
    if (!processInfo(pid)) removeEmbeddedData(join(tmpdir(), name));
  }
}
