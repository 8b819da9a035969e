import { codeName, WeirError } from '@weir/errors';

/** An error in a line: code, reason, message. */
export const describeProblem = (error: unknown): string =>
  error instanceof WeirError
    ? `${codeName(error.code)} ${error.reason}: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error);

/** What a call is refused with; undefined when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error;
  }
}
