import { WeirError } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';

/** The reason that a call is refused with; undefined when it is not. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof WeirError) return error.reason;
    throw error;
  }
}

/** The fields that a call is refused for. */
export async function violations(call: Promise<unknown>): Promise<string[]> {
  try {
    await call;
    return [];
  } catch (error) {
    if (error instanceof WeirError) return (error.details.violations ?? []).map(({ field }) => field);
    throw error;
  }
}

/** What `find` finds, as soon as it finds something; fails after 20 seconds. */
export async function soon<T>(find: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const found = find();
    if (found !== undefined) return found;
    await wait(5);
  }
  throw new Error('it did not happen within 20 seconds');
}
