import { platformScope } from '@weir/context';
import { reason } from '@weir/errors';
import { failureBudget, type FailureBudget } from '../domain/failure-budget.ts';
import { principalKey, type PrincipalRecord } from '../domain/principal.ts';
import { claimedSecretId } from '../keys/client-secrets.ts';
import type { SecretHasher } from '../keys/secret-hash.ts';
import type { ClientSecretStore } from '../store/client-secret-store.ts';
import { addressOf } from './address-of.ts';
import { knownSecrets } from './known-secrets.ts';

/** A client that has proven itself. */
export interface AuthenticatedClient {
  readonly principal: PrincipalRecord;
  readonly secretId: string;
}

/** Checks client secrets. */
export interface ClientAuthentication {
  /**
   * INVALID_CLIENT, in the same words and time whatever is wrong; TOO_MANY_ATTEMPTS after repeated failures of the
   * client or of the address, before anything is checked.
   */
  authenticate(clientId: string, secret: string, peer: string): Promise<AuthenticatedClient>;
}

const PER_CLIENT = { burst: 10, forgivenAfterMs: 6_000 };
const PER_ADDRESS = { burst: 50, forgivenAfterMs: 1_000 };

interface Parts {
  readonly secrets: ClientSecretStore;
  readonly hasher: SecretHasher;
  readonly clock?: () => number;
}

/** Checks against stored hashes, one check at a time for the same client and secret. */
export function clientAuthentication({ secrets, hasher, clock = Date.now }: Parts): ClientAuthentication {
  const known = knownSecrets();
  const byClient = failureBudget(PER_CLIENT);
  const byAddress = failureBudget(PER_ADDRESS);
  const checking = new Map<string, Promise<AuthenticatedClient>>();

  async function check(clientId: string, secret: string, digest: string): Promise<AuthenticatedClient> {
    const secretId = claimedSecretId(secret);
    const key = principalKey(clientId) ?? { tenant: '', id: '' };
    const credential = await secrets.credential(platformScope(), key, secretId);
    const isUsable = credential?.usable === true;
    const isRight = (isUsable && known.has(digest)) || (await hasher.matches(secret, credential?.hash));
    if (!credential || !isUsable || !isRight) throw reason('INVALID_CLIENT');
    // Hashed at another cost it would be told apart from one that does not exist, by the time that a wrong guess takes.
    if (!hasher.isCurrent(credential.hash)) {
      await secrets.rehash(platformScope(), key, secretId, await hasher.hash(secret));
    }
    known.add(digest);
    return { principal: credential.principal, secretId };
  }

  async function guess(clientId: string, address: string, work: () => Promise<AuthenticatedClient>) {
    spend(byAddress, address, clock());
    spend(byClient, clientId, clock());
    const client = await work();
    byAddress.refund(address);
    byClient.refund(clientId);
    return client;
  }

  return {
    authenticate(clientId, secret, peer) {
      const digest = known.digest(clientId, secret);
      const running = checking.get(digest);
      if (running) return running;
      const work = () => check(clientId, secret, digest);
      // Who knows the secret is not guessing, so nobody can lock it out by failing in its name.
      const checked = known.has(digest) ? work() : guess(clientId, addressOf(peer), work);
      checking.set(digest, checked);
      return checked.finally(() => checking.delete(digest));
    },
  };
}

function spend(budget: FailureBudget, key: string, now: number): void {
  const retryAfterMs = budget.spend(key, now);
  if (retryAfterMs !== undefined) throw reason('TOO_MANY_ATTEMPTS', {}, { retryAfterMs });
}
