import type { PiiCustomRecognizer } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { RE2JS } from 're2js';
import { isCatastrophic } from './ambiguity.ts';

/** What is wrong with a pattern that is not RE2; undefined when it is. */
export function syntaxProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error || isNamed(error) ? error.message : 'it cannot be read';
  }
}

const isNamed = (error: unknown): error is { message: string } =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

/** RECOGNIZER_UNSAFE for a pattern that matches the empty string or could backtrack without bound. */
export function requireSafe(recognizers: readonly PiiCustomRecognizer[]): void {
  for (const { id, pattern } of recognizers) {
    if (RE2JS.compile(pattern).matcher('').find()) {
      throw reason('RECOGNIZER_UNSAFE', { recognizer: id, problem: 'it matches the empty string' });
    }
    if (isCatastrophic(pattern)) {
      throw reason('RECOGNIZER_UNSAFE', { recognizer: id, problem: 'it can backtrack without bound' });
    }
  }
}
