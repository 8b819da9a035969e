import { WeirError } from '@weir/errors';

/** The error that a call ends with; fails the test when it does not. */
export async function failure(work: Promise<unknown>): Promise<WeirError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof WeirError)) throw new Error(`expected a WeirError, got ${String(error)}`);
  return error;
}
