import { setFlagsFromString } from 'node:v8';

/** What a program's main does: put parts on the stack, in order, and return once it is up. */
export type Main = (stack: AsyncDisposableStack) => Promise<void>;

/**
 * The frame of every main: starts the parts, waits for SIGTERM or SIGINT, then disposes them in reverse. Exits with 0
 * after a clean stop and 1 when the start failed; a second signal ends it at once.
 */
export async function run(main: Main): Promise<void> {
  letMessagesGoWithTheHeap();
  const stop = Promise.withResolvers<void>();
  const onSignal = (): void => {
    stop.resolve();
    process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(1));
  };
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  // Started with a channel to its launcher: when the launcher is gone, however it went, nobody will send a signal.
  process.once('disconnect', stop.resolve);
  process.channel?.unref();

  const stack = new AsyncDisposableStack();
  try {
    await main(stack);
    await stop.promise;
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${describe(error)}\n`);
  }
  await stack.disposeAsync();
  // Not left to the event loop: a handle that a library forgot must not keep a stopped service alive.
  process.exit();
}

/**
 * Otherwise 64 MiB of message bytes, a few batches of payloads or a second of audit events, are enough to collect the
 * garbage of the whole heap, and calls wait for that. So they count like the heap itself, whose limit goes with its size.
 */
const letMessagesGoWithTheHeap = (): void => setFlagsFromString('--external-memory-accounted-in-global-limit');

const describe = (error: unknown): string =>
  error instanceof Error
    ? error.name === 'SettingsError'
      ? error.message
      : (error.stack ?? error.message)
    : String(error);
