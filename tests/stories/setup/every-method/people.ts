import type { Voice } from './traced.ts';

/** The tenant that everything is done for, and a second one that is suspended, deleted and so on. */
export const TENANT = 'tenants/every-method';
export const SPARE = 'tenants/every-spare';

/** Who calls. */
export interface People {
  readonly admin: Voice;
  /** Has every role in the tenant. */
  readonly owner: Voice;
  readonly agent: Voice;
  readonly deployment: Voice;
  readonly registry: Voice;
  readonly nobody: Voice;
}

/** The first answer of a stream, which is then cancelled. */
export async function first<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const answer of stream) return answer;
  throw new Error('the stream ended without an answer');
}

/** All answers of a stream. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const answers: T[] = [];
  for await (const answer of stream) answers.push(answer);
  return answers;
}

/** Requests as a stream. */
export async function* streamOf<T>(...requests: readonly T[]): AsyncGenerator<T> {
  yield* requests;
}

/** What an answer must have. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the answer has no ${what}`);
  return value;
}
