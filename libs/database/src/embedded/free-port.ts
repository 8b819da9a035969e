import { once } from 'node:events';
import { createServer } from 'node:net';

/** The wished port if it is free on loopback, else any that is. */
export async function freePort(wished?: number): Promise<number> {
  return (wished !== undefined && (await probe(wished))) || (await probe(0)) || 0;
}

async function probe(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    const address = server.address();
    return address && typeof address === 'object' ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
