import { claimedSecretId, FILE_SECRET_ID, newClientSecret } from './client-secrets.ts';
import { secretHasher } from './secret-hash.ts';

describe('a client secret', () => {
  it('carries its id and 256 random bits', () => {
    const { id, text } = newClientSecret();

    expect(claimedSecretId(text)).toBe(id);
    expect(text).not.toBe(newClientSecret().text);
    expect(text.length).toBeLessThanOrEqual(128);
    expect(claimedSecretId('whatever a file holds')).toBe(FILE_SECRET_ID);
  });
});

describe('its hash', () => {
  const hasher = secretHasher(4);

  it('matches the secret and no other, salted each time anew', async () => {
    const hash = await hasher.hash('right');

    expect(await hasher.matches('right', hash)).toBe(true);
    expect(await hasher.matches('wrong', hash)).toBe(false);
    expect(await hasher.hash('right')).not.toBe(hash);
  });

  it('is checked at the cost that it was made with', async () => {
    const hash = await secretHasher(6).hash('right');

    expect(await hasher.matches('right', hash)).toBe(true);
    expect([hasher.isCurrent(hash), hasher.isCurrent(await hasher.hash('right'))]).toEqual([false, true]);
  });

  it('that is missing matches nothing, after a hash all the same', async () => {
    expect(await hasher.matches('right', undefined)).toBe(false);
  });
});
