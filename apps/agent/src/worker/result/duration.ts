import type { ExecuteResult } from '@weir/contracts/agent';

type Duration = NonNullable<NonNullable<ExecuteResult['usage']>['cpuTime']>;

/** Milliseconds as google.protobuf.Duration. */
export const durationOf = (ms: number): Duration => ({
  seconds: BigInt(Math.floor(ms / 1000)),
  nanos: Math.floor((ms % 1000) * 1e6),
});
