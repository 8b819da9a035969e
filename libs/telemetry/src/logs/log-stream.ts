import { destination, type DestinationStream } from 'pino';

/** Where the lines of a process go, and how to hurry them along. */
export interface LogStream extends DestinationStream {
  /** Writes what is buffered; `done` is called afterwards. */
  flush(done?: (error?: Error) => void): void;
  /** Writes what is buffered before it returns. */
  flushSync(): void;
}

const BLOCK = 64 * 1024;
const FLUSH_EVERY_MS = 250;

/**
 * The standard output, in blocks: full ones at once, the rest after a quarter of a second and when the process exits or
 * crashes. pino's destination could collect the lines itself, but measures all that it holds with every line.
 */
export function stdout(): LogStream {
  let block = '';
  const send = (): void => {
    if (block === '') return;
    const full = block;
    block = '';
    out.write(full);
  };
  // Before the destination sets up its own goodbye, so that it has everything by then.
  for (const event of ['beforeExit', 'exit']) process.on(event, send);
  const out = destination({ dest: 1, sync: false, minLength: 1, maxLength: 16 * 1024 * 1024 });
  setInterval(send, FLUSH_EVERY_MS).unref();

  return {
    write(line) {
      if (block.length + line.length > BLOCK) send();
      block += line;
    },
    flush(done) {
      send();
      out.flush(done);
    },
    flushSync() {
      send();
      out.flushSync();
    },
  };
}
