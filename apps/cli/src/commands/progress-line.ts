import type { WriteStream } from 'node:tty';

/** A line that says how far something is, for as long as it runs. */
export interface ProgressLine extends Disposable {
  show(text: string): void;
}

const CLEAR = '\r\x1b[2K';

/** Shows progress to who watches a terminal; elsewhere nothing is written. */
export function progressLine(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'> = process.stderr): ProgressLine {
  let isShown = false;
  return {
    show(text) {
      if (!stream.isTTY) return;
      // A line that wrapped could not be taken back. Some terminals say that they have no columns.
      stream.write(`${CLEAR}${text.slice(0, (stream.columns || 80) - 1)}`);
      isShown = true;
    },
    [Symbol.dispose]() {
      if (isShown) stream.write(CLEAR);
    },
  };
}
