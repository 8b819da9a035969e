import { WorkerState } from '@weir/contracts/agent';
import { isReason } from '@weir/errors';
import type { ColourSeen } from '../domain/observe.ts';
import type { Replica } from '../target/target.ts';
import type { WorkerClients } from './worker-clients.ts';

/** How a replica fared when it was last asked. */
interface Answer {
  readonly ready: boolean;
  readonly running: number;
  /** Questions in a row that it left without an answer. */
  readonly misses: number;
}

/** What probes say of a colour. */
export interface Probed extends ColourSeen {
  /** Replicas that work on something. */
  readonly busy: readonly string[];
  /** Replicas that have not answered for so long that they never will. */
  readonly stuck: readonly string[];
}

/** Asks replicas how they fare. */
export interface Prober {
  probe(tenant: string, replicas: readonly Replica[]): Promise<Probed>;
  /** Forgets what other replicas answered. */
  keepOnly(replicas: ReadonlySet<string>): void;
}

const PROBE_MS = 2_000;
const MISSES_UNTIL_UNREADY = 2;
const MISSES_UNTIL_STUCK = 8;
const UNKNOWN: Answer = { ready: false, running: 0, misses: 0 };

/** Asks by WorkerService.Health. One missed answer counts as the one before: a busy machine is no dead replica. */
export function prober(clients: WorkerClients): Prober {
  const answers = new Map<string, Answer>();

  async function ask(tenant: string, { name, address }: { name: string; address: string }): Promise<Answer> {
    const last = answers.get(name) ?? UNKNOWN;
    try {
      const health = await clients.at(address).health({ tenant: `tenants/${tenant}` }, { timeoutMs: PROBE_MS });
      return { ready: health.state === WorkerState.READY, running: health.running, misses: 0 };
    } catch (error) {
      // Without a token of our own nobody can be asked: what was last heard holds.
      if (!isSilence(error)) return last;
      const misses = last.misses + 1;
      return { ...last, misses, ready: last.ready && misses < MISSES_UNTIL_UNREADY };
    }
  }

  return {
    keepOnly(replicas) {
      for (const name of [...answers.keys()]) if (!replicas.has(name)) answers.delete(name);
    },
    async probe(tenant, replicas) {
      const listening = replicas.flatMap(({ name, address }) => (address === undefined ? [] : [{ name, address }]));
      const probed = await Promise.all(
        listening.map(async (replica) => ({ ...replica, ...(await ask(tenant, replica)) })),
      );
      for (const { name, ready, running, misses } of probed) answers.set(name, { ready, running, misses });
      return {
        live: replicas.length,
        ready: probed.filter(({ ready }) => ready).map(({ name, address }) => ({ replica: name, address })),
        running: probed.reduce((sum, { running }) => sum + running, 0),
        busy: probed.filter(({ running }) => running > 0).map(({ name }) => name),
        stuck: probed.filter(({ misses }) => misses >= MISSES_UNTIL_STUCK).map(({ name }) => name),
      };
    },
  };
}

const isSilence = (error: unknown): boolean =>
  isReason(error, 'DEADLINE_EXCEEDED') ||
  (isReason(error, 'DEPENDENCY_UNAVAILABLE') && error.metadata['dependency'] === 'agent');
