import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { formatAddress, type Address } from '@weir/config';
import type { Registry } from 'prom-client';
import { missingParts, type ReadinessChecks } from './readiness.ts';

/** The HTTP server for probes and scrapers. */
export interface OpsServer extends AsyncDisposable {
  /** The port that it listens on. */
  readonly port: number;
  /** Makes /readyz depend on these too. Until the first checks are added the process counts as starting. */
  addChecks(checks: ReadinessChecks): void;
  /** Answers a path with JSON, beside /metrics, /healthz and /readyz. */
  addPage(path: string, page: () => Promise<object>): void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Route = () => Answer | Promise<Answer>;

/** Listens on `listen` with /metrics, /healthz and /readyz. Throws when the address cannot be had. */
export async function startOps({ listen, metrics }: { listen: Address; metrics: Registry }): Promise<OpsServer> {
  const starting: ReadinessChecks = { start: () => 'the process is starting' };
  let checks = starting;
  const routes = new Map<string, Route>([
    ['/metrics', async () => ({ status: 200, type: metrics.contentType, body: await metrics.metrics() })],
    ['/healthz', () => json(200, { alive: true })],
    ['/readyz', () => readiness(checks)],
  ]);
  const server = createServer((request, response) => {
    const route = routes.get(request.url?.split('?')[0] ?? '') ?? (() => json(404, { paths: [...routes.keys()] }));
    void answer(route).then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  });

  const port = await listening(server, listen);
  return {
    port,
    addChecks: (more) => {
      checks = checks === starting ? more : { ...checks, ...more };
    },
    addPage: (path, page) => void routes.set(path, async () => json(200, await page())),
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function answer(route: Route): Promise<Answer> {
  try {
    return await route();
  } catch (error) {
    return { status: 500, type: 'text/plain', body: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function readiness(checks: ReadinessChecks): Answer {
  const missing = missingParts(checks);
  return json(missing.length === 0 ? 200 : 503, { ready: missing.length === 0, missing });
}

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

async function listening(server: Server, listen: Address): Promise<number> {
  try {
    await once(server.listen(listen.port, listen.host), 'listening');
  } catch (error) {
    throw new Error(`cannot listen on OPS_LISTEN ${formatAddress(listen)}`, { cause: error });
  }
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : listen.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
