/** A google.protobuf.Duration. */
export interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** In milliseconds; undefined for one that is unset. */
export const millis = (duration: Duration | undefined): number | undefined =>
  duration && Number(duration.seconds) * 1000 + duration.nanos / 1e6;

/** From milliseconds. */
export const durationOf = (ms: number): Duration => {
  const whole = Math.floor(ms / 1000);
  return { seconds: BigInt(whole), nanos: Math.round((ms - whole * 1000) * 1e6) };
};
