/** A Duration of the contract. */
export interface DurationMessage {
  seconds: bigint;
  nanos: number;
}

/** Milliseconds as a Duration. */
export function durationOf(ms: number): DurationMessage {
  const micros = Math.round(ms * 1000);
  return { seconds: BigInt(Math.trunc(micros / 1e6)), nanos: (micros % 1e6) * 1000 };
}

/** A Duration in milliseconds; 0 when it is unset. */
export const millisOf = (duration: DurationMessage | undefined): number =>
  duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;
