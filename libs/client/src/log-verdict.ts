import type { VerifyLogResponse } from '@weir/contracts/audit';

/** What a verification of a log ended with. */
export type LogVerdict = VerifyLogResponse & { readonly verdict: NonNullable<VerifyLogResponse['verdict']> };

/**
 * Follows VerifyLog to its verdict, and tells of the messages before it. Throws what the call fails with, also when it
 * ends without a verdict: then nothing was found out.
 */
export async function logVerdict(
  messages: AsyncIterable<VerifyLogResponse>,
  progressed: (message: VerifyLogResponse) => void = () => undefined,
): Promise<LogVerdict> {
  let last: LogVerdict | undefined;
  for await (const { verdict, ...facts } of messages) {
    if (verdict) last = { verdict, ...facts };
    else progressed({ verdict, ...facts });
  }
  if (!last) throw new Error('VerifyLog ended without a verdict');
  return last;
}
