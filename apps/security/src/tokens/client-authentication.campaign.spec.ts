import { platformScope } from '@weir/context';
import { Role } from '@weir/contracts/security';
import { claimedSecretId, newClientSecret } from '../keys/client-secrets.ts';
import { secretHasher } from '../keys/secret-hash.ts';
import { startSecurity, type RunningSecurity } from '../testing/start-security.ts';
import { clientAuthentication, type ClientAuthentication } from './client-authentication.ts';

// How many times of each kind a look takes, and how far from even the share of longer ones may be. Chance moves it by a
// standard deviation of 0.033 with 150 and of 0.019 with 450; a real difference moves it further the more there are.
const FIRST = { samples: 150, indistinct: 0.13 };
// What stood out by chance, in 4 of 10,000 runs, does not so again: 5 deviations. What is real does.
const CLOSER = { samples: 450, indistinct: 0.1 };
const HASH_COST = 14;
const HOUR_MS = 3_600_000;

describe('the time that a wrong secret takes', () => {
  let security: RunningSecurity;
  let clients: ClientAuthentication;
  const hasher = secretHasher(HASH_COST);
  let now = 0;
  beforeAll(async () => {
    security = await startSecurity();
    const { secrets } = security.parts;
    // Every attempt is an hour after the last, so that nobody is slowed down.
    clients = clientAuthentication({ secrets, hasher, clock: () => (now += HOUR_MS) });
  }, 60_000);
  afterAll(() => security[Symbol.asyncDispose]());

  /** A client whose secret is hashed at the cost of the test. */
  async function enrolled() {
    const { name, secret } = await security.enroll('acme', 'timed', [Role.DATA_VIEWER]);
    const id = claimedSecretId(secret);
    const hash = await hasher.hash(secret);
    await security.database.within(platformScope(), (tx) =>
      tx.updateTable('client_secrets').set({ hash }).where('id', '=', id).execute(),
    );
    return { name, secret };
  }

  async function timeOf(clientId: string, secret: string): Promise<number> {
    const startedAt = performance.now();
    const answer = await clients.authenticate(clientId, secret, '10.0.0.1:1').catch((error: unknown) => error);
    const took = performance.now() - startedAt;
    expect(answer).toMatchObject({ reason: 'INVALID_CLIENT' });
    return took;
  }

  it('tells nothing of whether the client exists, which secret it has, or how much of it was right', async () => {
    const { name, secret } = await enrolled();
    const withEnd = (end: string): string => secret.slice(0, -end.length) + end;
    const guesses: Guesses = {
      'an unknown client': () => ['tenants/acme/principals/nobody', newClientSecret().text],
      'a client of an unknown tenant': () => ['tenants/nowhere/principals/nobody', newClientSecret().text],
      'a known client, another secret': () => [name, newClientSecret().text],
      'the id of its secret, the rest wrong': () => [name, withEnd(newClientSecret().text.slice(-43))],
      'all right but the last letters': () => [name, withEnd(newClientSecret().text.slice(-4))],
    };
    for (const guess of Object.values(guesses)) for (let warm = 0; warm < 5; warm += 1) await timeOf(...guess());

    const times = await look(guesses, FIRST.samples);
    const standOut = distinct(times, FIRST.indistinct);
    if (standOut.length > 0) {
      const closer = distinct(await look(guesses, CLOSER.samples), CLOSER.indistinct);
      expect(closer.filter((what) => standOut.includes(what))).toEqual([]);
    }
    // The measure can tell: a slower hash shows at once.
    const [reference = []] = times.values();
    const slower = reference.map((ms) => ms * 1.5);
    expect(shareOfSlower(slower, reference)).toBeGreaterThan(0.5 + FIRST.indistinct);
    // A closer look on a busy machine takes long.
  }, 1_200_000);

  /** In turns, each time in another order, so that whatever else the machine does falls on all alike. */
  async function look(guesses: Guesses, samples: number): Promise<Map<string, number[]>> {
    const times = new Map(Object.keys(guesses).map((what) => [what, [] as number[]]));
    for (let sample = 0; sample < samples; sample += 1) {
      for (const [what, guess] of shuffled(Object.entries(guesses))) times.get(what)?.push(await timeOf(...guess()));
    }
    return times;
  }
});

type Guesses = Readonly<Record<string, () => [client: string, secret: string]>>;

/** The kinds of guesses whose times can be told from those of the first kind. */
function distinct(times: ReadonlyMap<string, readonly number[]>, indistinct: number): string[] {
  const [[, reference] = ['', []], ...others] = times;
  return others.flatMap(([what, sample]) => {
    return Math.abs(shareOfSlower(sample, reference) - 0.5) < indistinct ? [] : [what];
  });
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

/** The chance that a time of `a` is longer than one of `b` (Mann-Whitney): 0.5 where they cannot be told apart. */
function shareOfSlower(a: readonly number[], b: readonly number[]): number {
  let slower = 0;
  for (const one of a) for (const other of b) slower += one > other ? 1 : one === other ? 0.5 : 0;
  return slower / (a.length * b.length);
}
