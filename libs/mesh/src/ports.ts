import { createServer } from 'node:net';
import { portsFrom, SERVICES, type MeshPorts, type ServiceName } from './plan.ts';

/** Ports that are free right now, for meshes that run beside others. */
export async function freePorts(): Promise<MeshPorts> {
  const free = await Promise.all(Array.from({ length: SERVICES.length * 2 }, () => hold(0)));
  const ports = free.map(({ port }) => port);
  await Promise.all(free.map(({ release }) => release()));
  return portsFrom((index) => ({ grpc: ports[index * 2] ?? 0, ops: ports[index * 2 + 1] ?? 0 }));
}

/** Fails with the names of the services whose ports something else holds. */
export async function checkPorts(ports: MeshPorts): Promise<void> {
  const taken = await Promise.all(SERVICES.map((service) => takenPorts(service, ports)));
  const problems = taken.flat();
  if (problems.length === 0) return;
  throw new Error(
    `something else listens where Weir would: ${problems.join(', ')}. Stop it, or choose other ports: --port-base <port>`,
  );
}

async function takenPorts(service: ServiceName, ports: MeshPorts): Promise<string[]> {
  const { grpc, ops } = ports[service];
  const states = await Promise.all([grpc, ops].map(async (port) => ((await isFree(port)) ? [] : [port])));
  return states.flat().map((port) => `${port} (${service})`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    const held = await hold(port);
    await held.release();
    return true;
  } catch {
    return false;
  }
}

interface Held {
  readonly port: number;
  release(): Promise<void>;
}

const hold = (port: number): Promise<Held> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ port: chosen, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
