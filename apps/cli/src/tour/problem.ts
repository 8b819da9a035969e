import { catalogue, codeName, WeirError, type ReasonEntry } from '@weir/errors';

/** An error in a line: code, reason where it says more, message. */
export function describeProblem(error: unknown): string {
  if (!(error instanceof WeirError)) return error instanceof Error ? error.message : String(error);
  const code = codeName(error.code);
  return `${code === error.reason ? code : `${code} ${error.reason}`}: ${error.message}`;
}

/** What to do about an error, as the catalogue of reasons has it; undefined where it says nothing. */
export function adviceOn(error: unknown): string | undefined {
  // What is wrong with a request stands in its message, field by field.
  if (!(error instanceof WeirError) || error.reason === 'INVALID_ARGUMENT') return undefined;
  const known: Readonly<Record<string, ReasonEntry | undefined>> = catalogue;
  return known[error.reason]?.hint;
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
