import { WeirError } from '@weir/errors';

/** What a call is refused with: its reason and the fields that were broken. */
export async function refusal(call: Promise<unknown>): Promise<WeirError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
  throw new Error('the call was served');
}

/** The reason that a call is refused with. */
export const reasonOf = async (call: Promise<unknown>): Promise<string> => (await refusal(call)).reason;

/** The fields that a call is refused for. */
export const fieldsOf = async (call: Promise<unknown>): Promise<string[]> =>
  (await refusal(call)).details.violations?.map(({ field }) => field) ?? [];

/** "served", or the reason that a call is refused with. */
export const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'served',
    (error: unknown) => (error instanceof WeirError ? error.reason : String(error)),
  );
