import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { CallEnded } from '../call.ts';

/** The readable side of a call that streams requests. */
export type Requests = Readable & { readonly cancelled: boolean };

const SETTLE_MS = 10;

/**
 * The requests of a client stream, to their true end. Node clients that cancel first close their side as if they were
 * done and reset the call a moment later: half an upload would pass for a whole one. So the end is only believed when no
 * reset follows.
 */
export async function* requestsOf(wire: Requests): AsyncGenerator {
  try {
    // On a stream both ways destroying the readable side would take the answers with it.
    yield* wire.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw wire.cancelled ? new CallEnded() : error;
  }
  await sleep(SETTLE_MS);
  // After a pause of ours the reset may be waiting to be read.
  await turn();
  if (wire.cancelled) throw new CallEnded();
}
