import { backoff, RemoteError, type Client } from '@weir/client';
import type { TokenServiceDefinition } from '@weir/contracts/security';
import { Code, WeirError } from '@weir/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { replica, type Replica, type ReplicaListeners } from './replica.ts';
import type { RevocationSource } from './revocation-source.ts';

/** The revocations that the security service streams. */
export interface RemoteRevocations extends RevocationSource, AsyncDisposable {
  /** How long ago the stream last said that the list is complete, in milliseconds; Infinity before the first time. */
  age(): number;
  readonly size: number;
}

/** What remote revocations are followed with. */
export interface RemoteRevocationsOptions extends ReplicaListeners {
  readonly tokenService: Pick<Client<typeof TokenServiceDefinition>, 'watchRevocations'>;
  readonly log: Logger;
  /** A list older than this is not relied on. */
  readonly staleAfterMs: number;
  readonly clock?: () => number;
}

// Security says every two seconds that nothing is new.
const SILENCE_MS = 10_000;

/** Follows the stream, and resumes it where it was lost, until disposed. */
export function remoteRevocations(options: RemoteRevocationsOptions): RemoteRevocations {
  const { log, staleAfterMs, clock = Date.now } = options;
  const stopped = new AbortController();
  const copy = replica(options, clock);
  const age = (): number => clock() - copy.completeAt();
  const running = follow(options, copy, log, stopped.signal);

  return {
    isRevoked: copy.list.isRevoked,
    get generation() {
      return copy.list.generation;
    },
    get size() {
      return copy.list.size;
    },
    age,
    ready() {
      const ageMs = age();
      if (ageMs <= staleAfterMs) return undefined;
      if (ageMs === Infinity) return 'the revocations of the security service have not been received yet';
      return `the stream of revocations has been silent for ${Math.floor(ageMs / 1000)} s`;
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
    },
  };
}

async function follow(options: RemoteRevocationsOptions, copy: Replica, log: Logger, signal: AbortSignal) {
  const pauses = backoff(100, 5_000);
  let isLost = false;
  const onMessage = (): void => {
    pauses.reset();
    if (isLost) log.info('the stream of revocations is back');
    isLost = false;
  };
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      await watch(options, copy, onMessage, signal);
    } catch (error) {
      // The service does not have this revision: it was restored, or we were away for too long.
      if (codeOf(error) === Code.OUT_OF_RANGE) copy.startOver();
      if (!isLost && !isOver()) log.warn({ err: error }, 'the stream of revocations was lost; resuming it');
      isLost = true;
    }
    await sleep(pauses.next(), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Follows one stream to its end. A stream that says nothing is as good as lost. */
async function watch(
  { tokenService }: RemoteRevocationsOptions,
  copy: Replica,
  onMessage: () => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS).unref();
  copy.begin();
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    for await (const message of tokenService.watchRevocations({ revision: copy.revision() }, { signal: both })) {
      timer.refresh();
      onMessage();
      copy.receive(message);
    }
  } finally {
    clearTimeout(timer);
  }
}

const codeOf = (error: unknown): number | undefined =>
  error instanceof WeirError || error instanceof RemoteError ? error.code : undefined;
