import { once } from 'node:events';
import { createServer as createHttp2 } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { probeTransport } from './probe-transport.ts';

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const probe = async (server: Server) => {
  const port = await portOf(server);
  const found = await probeTransport({ service: 'audit', address: { host: '127.0.0.1', port } });
  server.close();
  return found;
};

describe('a port that is spoken to without TLS', () => {
  it('answers where the server speaks HTTP/2 in clear', async () => {
    expect(await probe(createHttp2())).toMatchObject({ service: 'audit', isLoopback: true, inClear: 'answered' });
  });

  it('refuses where the server answers with a TLS alert, or hangs up', async () => {
    const alert = createServer((socket) => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 70])));
    const silent = createServer((socket) => socket.destroy());

    expect((await probe(alert)).inClear).toBe('refused');
    expect((await probe(silent)).inClear).toBe('refused');
  });

  it('is unreachable where nobody listens', async () => {
    const server = createServer();
    const port = await portOf(server);
    server.close();
    await once(server, 'close');

    const found = await probeTransport({ service: 'audit', address: { host: '127.0.0.1', port } });

    expect(found.inClear).toBe('unreachable');
  });
});
