import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

// The exporter loads Node's http by an import that Jest cannot follow, so it runs in a process of its own.
const program = join(import.meta.dirname, '../testing/one-span.ts');

async function endpointOf(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function oneSpan(endpoint: string, protocol: string): Promise<{ shutdownMs: number; kept: number }> {
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  return JSON.parse(stdout) as { shutdownMs: number; kept: number };
}

describe('a collector', () => {
  const received: (string | undefined)[] = [];
  const servers: Server[] = [];
  const serving = (server: Server): Promise<string> => endpointOf(servers[servers.push(server) - 1] ?? server);
  beforeEach(() => received.splice(0));
  afterAll(() => servers.forEach((server) => server.close()));

  it('receives spans over HTTP', async () => {
    const endpoint = await serving(createHttpServer(({ url }, response) => response.end(void received.push(url))));

    const { kept } = await oneSpan(`${endpoint}/`, 'http/protobuf');

    expect(received).toEqual(['/v1/traces']);
    expect(kept).toBe(1);
  });

  it('receives spans over gRPC', async () => {
    const server = createHttp2Server().on('stream', (stream, headers) => {
      received.push(headers[':path']);
      stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.alloc(5));
    });

    const { kept } = await oneSpan(await serving(server), 'grpc');

    expect(received).toEqual(['/opentelemetry.proto.collector.trace.v1.TraceService/Export']);
    expect(kept).toBe(1);
  });

  it.each(['http/protobuf', 'grpc'])(
    'that is dead delays shutdown by no more than its bound and keeps no span from the files, over %s',
    async (protocol) => {
      const silent = createHttpServer(() => undefined);
      const { shutdownMs, kept } = await oneSpan(await serving(silent), protocol);
      silent.closeAllConnections();

      expect(shutdownMs).toBeLessThan(5000);
      expect(kept).toBe(1);
    },
  );
});
