import { WeirError } from '@weir/errors';
import { testIssuer, type TestIssuerOptions } from './test-issuer.ts';

/** An issuer whose clock the test sets. */
export function start(options: TestIssuerOptions = {}) {
  const time = { now: Date.parse('2026-03-01T12:00:00Z') };
  const issuer = testIssuer({ clock: () => time.now, ...options });
  return { time, issuer };
}

/** Why a token is refused, as the caller sees it. */
export function refusal({ verifier }: { verifier: { verify(token: string): unknown } }, token: string): string {
  try {
    const answer = verifier.verify(token);
    if (!(answer instanceof Promise)) return 'accepted';
    answer.catch(() => undefined);
    return 'asks for keys';
  } catch (error) {
    if (error instanceof WeirError) return `${error.reason}: ${error.message}`;
    throw error;
  }
}
