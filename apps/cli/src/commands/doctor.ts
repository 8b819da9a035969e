import type { Command } from 'commander';
import { contractPorts, SERVICES, type ServiceName } from '@weir/mesh';
import { connectionOf } from './connect.ts';
import { printTable } from './print.ts';

/** `weir doctor`: what runs, what does not, and why. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('ask every service of the mesh on this machine how it is')
    .action(async (_options: unknown, command: Command) => {
      const { addresses, tokens, stateDir } = connectionOf(command);
      const states = await Promise.all(SERVICES.map((service) => stateOf(service)));
      printTable([
        ['service', 'address', 'state'],
        ...SERVICES.map((service, index) => [service, addresses[service], states[index] ?? '']),
        ['credentials', tokens ? 'found' : 'none', tokens ? '' : `no ${stateDir}/admin.secret, no WEIR_TOKEN`],
        ['node', process.version, ''],
      ]);
      if (states.some((state) => state !== 'ready')) process.exitCode = 1;
    });
}

async function stateOf(service: ServiceName): Promise<string> {
  try {
    const url = `http://127.0.0.1:${contractPorts[service].ops}/readyz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? 'ready' : `not ready: ${(await response.text()).replace(/\s+/g, ' ')}`;
  } catch {
    return `nothing listens on its ops port ${contractPorts[service].ops}: npm start`;
  }
}
