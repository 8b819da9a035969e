import { z } from 'zod';

/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000;

/** Milliseconds of a day. */
export const DAY_MS = 24 * HOUR_MS;

const millisecondsOf = ({ seconds, nanos }: { seconds: bigint; nanos: number }): number =>
  Number(seconds) * 1000 + nanos / 1e6;

/** An optional google.protobuf.Duration, in milliseconds; `words` say the range: "1 to 24 hours". */
export const durationBetween = (min: number, max: number, words: string) =>
  z
    .object({ seconds: z.bigint(), nanos: z.number() })
    .transform(millisecondsOf)
    .refine((ms) => ms >= min && ms <= max, `must be ${words}`)
    .optional();

/** Milliseconds as a google.protobuf.Duration. */
export const durationMessage = (ms: number): { seconds: bigint; nanos: number } => ({
  seconds: BigInt(Math.floor(ms / 1000)),
  nanos: Math.round((ms % 1000) * 1e6),
});
