import type { Client } from '@weir/client';
import type { TokenServiceDefinition } from '@weir/contracts/security';
import type { Logger } from 'pino';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { remoteKeys } from './keys/remote-keys.ts';
import { remoteRevocations, type RemoteRevocations } from './revocations/remote-revocations.ts';
import type { AuthSettings } from './settings.ts';
import { createVerifier, type TokenVerifier } from './verifier.ts';

/** What a service verifies tokens with. */
export interface RemoteVerifierOptions {
  /** Made over a channel whose tokens may watch revocations. */
  readonly tokenService: Pick<Client<typeof TokenServiceDefinition>, 'getJwks' | 'watchRevocations'>;
  /** The service's own name, which tokens must be for: "registry". */
  readonly audience: string;
  readonly settings: AuthSettings;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly clock?: () => number;
}

/**
 * Verifies tokens with the keys and revocations of the security service, which it follows in the background. It refuses
 * every token with KEYS_UNAVAILABLE until it has both, and when the stream of revocations is lost for too long.
 */
export function remoteVerifier(options: RemoteVerifierOptions): TokenVerifier & AsyncDisposable {
  const { tokenService, audience, settings, log, metrics, clock = Date.now } = options;
  const keys = remoteKeys({ tokenService, log, clock });
  const lag = measureLag(metrics);
  const revocations = remoteRevocations({
    tokenService,
    log,
    clock,
    staleAfterMs: settings.REVOCATIONS_STALE_AFTER,
    onKeys: keys.refresh,
    onRevoked: (lagMs) => lag.observe(Math.max(0, lagMs) / 1000),
  });
  measureAge(metrics, revocations);
  const verifier = createVerifier({
    keys,
    revocations,
    clock,
    issuer: settings.TOKEN_ISSUER,
    audience,
    skewMs: settings.TOKEN_CLOCK_SKEW,
    cacheSize: settings.TOKEN_CACHE_SIZE,
  });
  return {
    ...verifier,
    async [Symbol.asyncDispose]() {
      await Promise.all([keys[Symbol.asyncDispose](), revocations[Symbol.asyncDispose]()]);
    },
  };
}

const measureLag = (metrics: Registry): Histogram =>
  new Histogram({
    name: 'auth_revocation_lag_seconds',
    help: 'How long revocations took to get here, by the clocks of both machines.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [metrics],
  });

function measureAge(metrics: Registry, revocations: RemoteRevocations): void {
  const age: Gauge = new Gauge({
    name: 'auth_revocations_age_seconds',
    help: 'How long ago the stream last said that the list of revocations is complete; +Inf before it first did.',
    registers: [metrics],
    collect: () => age.set(revocations.age() / 1000),
  });
  const size: Gauge = new Gauge({
    name: 'auth_revocations',
    help: 'Revocations that are held.',
    registers: [metrics],
    collect: () => size.set(revocations.size),
  });
}
