// When the events of each block of positions happened: the first and the last time of each, in milliseconds, so that a
// filter by time reads the blocks that it may find something in.

/** Positions that share their times. */
export const BLOCK = 256;
const BYTES = 16;

/** The times of a run. */
export interface RunTimes {
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
  readonly times: Buffer;
}

/** From a time on, and before one; undefined where there is no bound. */
export interface TimeBounds {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Collects the times of a run of `width` positions. */
export function blockTimes(width: number): { add(position: number, time: number): void; finish(): RunTimes } {
  const times = Buffer.alloc(Math.ceil(width / BLOCK) * BYTES);
  for (let at = 0; at < times.length; at += BYTES) {
    times.writeDoubleBE(Infinity, at);
    times.writeDoubleBE(-Infinity, at + 8);
  }
  return {
    add(position, time) {
      const at = Math.floor(position / BLOCK) * BYTES;
      times.writeDoubleBE(Math.min(times.readDoubleBE(at), time), at);
      times.writeDoubleBE(Math.max(times.readDoubleBE(at + 8), time), at + 8);
    },
    finish: () => timesOf(times),
  };
}

/** The times of neighbouring runs as those of one. */
export const joinTimes = (parts: readonly Uint8Array[]): RunTimes => timesOf(Buffer.concat(parts));

function timesOf(times: Buffer): RunTimes {
  let [first, last] = [Infinity, -Infinity];
  for (let at = 0; at < times.length; at += BYTES) {
    first = Math.min(first, times.readDoubleBE(at));
    last = Math.max(last, times.readDoubleBE(at + 8));
  }
  const isEmpty = first > last;
  return { firstTime: isEmpty ? undefined : first, lastTime: isEmpty ? undefined : last, times };
}

/** The stretches of positions that may have an event within some bounds, ascending. */
export function stretchesWithin(times: Buffer, { from = -Infinity, to = Infinity }: TimeBounds) {
  const stretches: { start: number; end: number }[] = [];
  for (let block = 0; block * BYTES < times.length; block += 1) {
    const at = block * BYTES;
    if (times.readDoubleBE(at + 8) < from || times.readDoubleBE(at) >= to) continue;
    const [start, end] = [block * BLOCK, (block + 1) * BLOCK];
    const last = stretches.at(-1);
    if (last?.end === start) last.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
}
