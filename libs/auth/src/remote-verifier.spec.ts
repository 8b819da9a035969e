import { reason } from '@weir/errors';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { remoteVerifier } from './remote-verifier.ts';
import { bookmark, emptySnapshot, fakeTokenService, type FakeWatch } from './testing/fake-token-service.ts';
import { refusal } from './testing/refusal.ts';
import { testIssuer } from './testing/test-issuer.ts';
import { until } from './testing/until.ts';

const settings = {
  TOKEN_ISSUER: 'weir',
  REVOCATIONS_STALE_AFTER: 60_000,
  TOKEN_CLOCK_SKEW: 5_000,
  TOKEN_CACHE_SIZE: 100,
};

/** A verifier that follows a fake service, by a clock that the test sets. */
function start() {
  const time = { now: Date.parse('2026-03-01T12:00:00Z') };
  const clock = (): number => time.now;
  const tokenService = fakeTokenService();
  const issuer = testIssuer({ clock });
  tokenService.keys = [issuer.jwk];
  const metrics = new Registry();
  const log = pino({ level: 'silent' });
  const verifier = remoteVerifier({ tokenService, audience: 'registry', settings, log, metrics, clock });
  const watch = async (index = 0): Promise<FakeWatch> => {
    await until(() => tokenService.watches.length > index);
    const found = tokenService.watches[index];
    if (!found) throw new Error('no watch');
    return found;
  };
  return { time, tokenService, issuer, verifier, metrics, watch, [Symbol.asyncDispose]: verifier[Symbol.asyncDispose] };
}

/** The same, once it is ready. */
async function ready() {
  const started = start();
  const watch = await started.watch();
  watch.send(emptySnapshot());
  await until(() => started.verifier.ready() === undefined);
  return started;
}

const revoked = (revision: bigint, value = 'one') => ({
  revision,
  event: {
    $case: 'revoked' as const,
    value: { target: { $case: 'tokenId' as const, value }, tenant: 'tenants/acme', revokedAt: new Date() },
  },
});

describe('a verifier that follows the security service', () => {
  it('refuses everything until it has keys and revocations', async () => {
    await using it = start();
    const token = it.issuer.issue();
    expect(refusal(it, token)).toContain('KEYS_UNAVAILABLE');

    await until(() => it.verifier.ready() === 'the revocations of the security service have not been received yet');
    expect(refusal(it, token)).toContain('KEYS_UNAVAILABLE');
    (await it.watch()).send(emptySnapshot());
    await until(() => it.verifier.ready() === undefined);

    expect(refusal(it, token)).toBe('accepted');
  });

  it('does not take a part of a snapshot for the whole', async () => {
    await using it = start();
    const watch = await it.watch();

    watch.send({ revision: 0n, event: { $case: 'snapshot', value: { revocations: [], complete: false } } });
    await new Promise(setImmediate);

    expect(it.verifier.ready()).toContain('have not been received yet');
  });

  it('tries again until security answers', async () => {
    await using it = start();
    it.tokenService.failure = reason('DEPENDENCY_UNAVAILABLE', { dependency: 'security' });
    (await it.watch()).fail(reason('DEPENDENCY_UNAVAILABLE', { dependency: 'security' }));

    it.tokenService.failure = undefined;
    (await it.watch(1)).send(emptySnapshot());

    await until(() => it.verifier.ready() === undefined);
  });

  it('refuses a revoked token from the moment that it is told, and measures how long that took', async () => {
    await using it = await ready();
    const token = it.issuer.issue({ tokenId: 'one' });
    expect(refusal(it, token)).toBe('accepted');

    (await it.watch()).send(revoked(2n));

    await until(() => refusal(it, token) === 'TOKEN_REVOKED: the token was revoked');
    expect(await it.metrics.metrics()).toContain('auth_revocation_lag_seconds_count 1');
    expect(await it.metrics.metrics()).toContain('auth_revocations 1');
  });

  it('resumes a lost stream where it was, and keeps what it knows', async () => {
    await using it = await ready();
    const token = it.issuer.issue({ tokenId: 'one' });
    const first = await it.watch();
    first.send(revoked(7n));
    first.fail(new Error('connection lost'));

    const second = await it.watch(1);

    expect(second.revision).toBe(7n);
    expect(refusal(it, token)).toContain('TOKEN_REVOKED');
  });

  it('begins anew when its revision is gone, and replaces what it knew by the snapshot', async () => {
    await using it = await ready();
    const token = it.issuer.issue({ tokenId: 'one' });
    const first = await it.watch();
    first.send(revoked(7n));
    first.fail(reason('REVISION_COMPACTED', { revision: 7 }));

    const second = await it.watch(1);
    expect(second.revision).toBe(0n);
    expect(refusal(it, token)).toContain('TOKEN_REVOKED');
    second.send(emptySnapshot(9n));

    await until(() => refusal(it, token) === 'accepted');
  });

  it('fails closed when the stream is silent for too long, also for tokens that it knows', async () => {
    await using it = await ready();
    const token = it.issuer.issue();
    expect(refusal(it, token)).toBe('accepted');

    it.time.now += 60_000;
    expect(refusal(it, token)).toBe('accepted');
    it.time.now += 1_000;
    expect(refusal(it, token)).toContain('the stream of revocations has been silent for 61 s');
    expect(await it.metrics.metrics()).toContain('auth_revocations_age_seconds 61');

    (await it.watch()).send(bookmark(2n));
    await until(() => refusal(it, token) === 'accepted');
  });

  it('looks for an unknown key at most once a second, however many tokens name one', async () => {
    await using it = await ready();
    const before = it.tokenService.fetches;
    const flood = Array.from({ length: 100 }, (_, n) => it.issuer.sign(it.issuer.payload(), { kid: `unknown-${n}` }));

    const answers = await Promise.allSettled(flood.map(async (token) => it.verifier.verify(token)));

    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(it.tokenService.fetches - before).toBe(1);
    it.time.now += 1_000;
    await expect(it.verifier.verify(flood[0] ?? '')).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    expect(it.tokenService.fetches - before).toBe(2);
  });

  it('finds a key that was published since, and accepts it before anyone says that it signs', async () => {
    await using it = await ready();
    const next = testIssuer({ clock: () => it.time.now, keyId: 'next' });
    it.tokenService.keys = [it.issuer.jwk, next.jwk];

    const [first, second] = [next.issue(), next.issue()].map((token) => it.verifier.verify(token));

    await expect(first).resolves.toMatchObject({ tenant: 'acme' });
    await expect(second).resolves.toMatchObject({ tenant: 'acme' });
  });

  it('does not call a token forged when it could not look for its key', async () => {
    await using it = await ready();
    it.tokenService.failure = new Error('down');
    const token = it.issuer.sign(it.issuer.payload(), { kid: 'next' });

    await expect(it.verifier.verify(token)).rejects.toMatchObject({ reason: 'KEYS_UNAVAILABLE' });
    expect(refusal(it, token)).toContain('KEYS_UNAVAILABLE');
  });

  it('fetches the keys again when the stream says that they changed, and drops those that are gone', async () => {
    await using it = await ready();
    const token = it.issuer.issue();
    expect(refusal(it, token)).toBe('accepted');
    const next = testIssuer({ clock: () => it.time.now, keyId: 'next' });
    [it.tokenService.keys, it.tokenService.etag] = [[next.jwk], 'two'];

    const before = it.tokenService.fetches;
    (await it.watch()).send(bookmark(2n, 'two'));
    await until(() => it.tokenService.fetches > before);
    await new Promise(setImmediate);

    expect(refusal(it, next.issue())).toBe('accepted');
    await expect(it.verifier.verify(token)).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
  });

  it('passes over a published key that it cannot use', async () => {
    await using it = start();
    it.tokenService.keys = [{ ...it.issuer.jwk, kid: 'odd', alg: 'HS256' }, it.issuer.jwk];
    (await it.watch()).send(emptySnapshot());
    await until(() => it.verifier.ready() === undefined);

    expect(refusal(it, it.issuer.issue())).toBe('accepted');
  });
});
