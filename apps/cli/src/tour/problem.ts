import { codeName, WeirError } from '@weir/errors';

/** An error in a line: code, reason where it says more, message. */
export function describeProblem(error: unknown): string {
  if (!(error instanceof WeirError)) return error instanceof Error ? error.message : String(error);
  const code = codeName(error.code);
  return `${code === error.reason ? code : `${code} ${error.reason}`}: ${error.message}`;
}

/** What a call is refused with; undefined when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error;
  }
}
