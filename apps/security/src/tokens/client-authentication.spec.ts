import { WeirError } from '@weir/errors';
import { newClientSecret } from '../keys/client-secrets.ts';
import type { SecretHasher } from '../keys/secret-hash.ts';
import type { ClientSecretStore, Credential } from '../store/client-secret-store.ts';
import { clientAuthentication } from './client-authentication.ts';

const NAME = 'tenants/acme/principals/etl';
const PEER = '10.0.0.1:1';

/** One client with one secret, and a hasher that says what it was asked. */
function start() {
  const { id, text } = newClientSecret();
  const state = { now: 0, usable: true, stale: false };
  const rehashed: string[] = [];
  const asked: (string | undefined)[] = [];
  const credential: Credential = {
    principal: { tenant: 'acme', id: 'etl' } as Credential['principal'],
    hash: `hash of ${text}`,
    usable: true,
  };
  const secrets = {
    credential: (_scope, key, secretId) =>
      Promise.resolve(key.id === 'etl' && secretId === id ? { ...credential, usable: state.usable } : undefined),
    rehash: (_scope, _key, _id, hash) => Promise.resolve(void rehashed.push(hash)),
  } as Pick<ClientSecretStore, 'credential' | 'rehash'> as ClientSecretStore;
  const hasher: SecretHasher = {
    hash: (secret) => Promise.resolve(`hash of ${secret}`),
    matches(secret, hash) {
      asked.push(hash);
      return Promise.resolve(hash === `hash of ${secret}`);
    },
    isCurrent: () => !state.stale,
  };
  const clients = clientAuthentication({ secrets, hasher, clock: () => state.now });
  const attempt = async (clientId: string, secret: string, peer = PEER): Promise<string> => {
    try {
      await clients.authenticate(clientId, secret, peer);
      return 'ok';
    } catch (error) {
      if (error instanceof WeirError) return error.reason;
      throw error;
    }
  };
  return { state, asked, rehashed, text, id, attempt };
}

describe('checking a client secret', () => {
  it('takes exactly one slow hash, whatever is wrong', async () => {
    const { state, asked, text, id, attempt } = start();
    const wrong = `weir_${id}_${'A'.repeat(43)}`;
    const other = newClientSecret().text;

    expect(await attempt('tenants/acme/principals/nobody', text)).toBe('INVALID_CLIENT');
    expect(await attempt('no name at all', text)).toBe('INVALID_CLIENT');
    expect(await attempt(NAME, wrong)).toBe('INVALID_CLIENT');
    expect(await attempt(NAME, other)).toBe('INVALID_CLIENT');
    expect(await attempt(NAME, '')).toBe('INVALID_CLIENT');
    state.usable = false;
    expect(await attempt(NAME, text)).toBe('INVALID_CLIENT');

    expect(asked).toHaveLength(6);
  });

  it('is believed for a minute once it was right, and at no time after it was revoked', async () => {
    const { state, asked, text, attempt } = start();

    expect([await attempt(NAME, text), await attempt(NAME, text)]).toEqual(['ok', 'ok']);
    expect(asked).toHaveLength(1);
    state.usable = false;

    expect(await attempt(NAME, text)).toBe('INVALID_CLIENT');
  });

  it('hashes it anew once the cost has changed', async () => {
    const { state, rehashed, text, attempt } = start();
    state.stale = true;

    expect(await attempt(NAME, 'wrong')).toBe('INVALID_CLIENT');
    expect(rehashed).toEqual([]);
    expect(await attempt(NAME, text)).toBe('ok');
    expect(rehashed).toEqual([`hash of ${text}`]);
  });

  it('slows down who guesses, by client and by address, without a hash for what is refused', async () => {
    const { state, asked, attempt } = start();
    const guess = (index: number, peer: string) => attempt(NAME, `guess ${index}`, peer);

    const first = await Promise.all(Array.from({ length: 12 }, (_, index) => guess(index, `10.0.1.${index}:1`)));
    expect(first.filter((answer) => answer === 'TOO_MANY_ATTEMPTS')).toHaveLength(2);
    expect(asked).toHaveLength(10);

    state.now += 6_000;
    expect([await guess(20, PEER), await guess(21, PEER)]).toEqual(['INVALID_CLIENT', 'TOO_MANY_ATTEMPTS']);
    const sprayed = await Promise.all(
      Array.from({ length: 60 }, (_, index) => attempt(`tenants/acme/principals/user-${index}`, 'x', '10.9.9.9:1')),
    );
    expect(sprayed.filter((answer) => answer === 'TOO_MANY_ATTEMPTS')).toHaveLength(10);
  });
});
