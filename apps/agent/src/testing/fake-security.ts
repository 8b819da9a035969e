import { TokenServiceDefinition } from '@weir/contracts/security';
import { bind, type Binding } from '@weir/rpc';
import type { TestIssuer } from '@weir/testing';
import { setTimeout as wait } from 'node:timers/promises';
import { durationOf } from '../domain/durations.ts';

const MAX_AGE = durationOf(300_000);
const BOOKMARK_MS = 500;

/** Issues tokens of a test issuer to services, publishes its key, and revokes nothing. */
export const fakeSecurity = (issuer: TestIssuer): Binding =>
  bind(TokenServiceDefinition, {
    issueToken: async ({ clientId }) => ({
      accessToken: issuer.service(clientId.split('/').at(-1) ?? ''),
      tokenType: 'Bearer',
      expiresIn: durationOf(3_600_000),
      claims: undefined,
    }),
    getJwks: async () => ({ keys: [issuer.jwk], maxAge: MAX_AGE, etag: 'one' }),
    async *watchRevocations(_, { signal }) {
      yield { revision: 1n, event: { $case: 'snapshot', value: { revocations: [], complete: true } } };
      for (;;) {
        await wait(BOOKMARK_MS, undefined, { signal });
        yield { revision: 1n, event: { $case: 'bookmark', value: { sentAt: undefined, jwksEtag: 'one' } } };
      }
    },
  });
