import type { Metadata } from '@grpc/grpc-js';
import type { Readable } from 'node:stream';
import type { Session } from '../session.ts';

/** The readable side of a streaming call. */
export type Incoming = Readable & { cancel(): void };

/**
 * Yields what a call brings, no faster than it is taken. The call begins with the first message asked for, and is
 * cancelled when the loop over it is left.
 */
export async function* receive(session: Session, open: (metadata: Metadata) => Incoming): AsyncGenerator {
  let call: Incoming | undefined;
  try {
    call = open(await session.metadata());
    // What comes after the loop was left is nobody's business; unheard it would end the process.
    call.on('error', () => undefined);
    session.guard(call);
    yield* call;
  } catch (error) {
    session.renews(error);
    throw session.fail(error);
  } finally {
    session.end();
    call?.cancel();
  }
}
