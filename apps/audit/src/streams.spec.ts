import { setTimeout as wait } from 'node:timers/promises';
import type { ExportEventsRequest, TailEventsResponse } from '@weir/contracts/audit';
import { noteVerifier, parseProofFile, verifyProof } from '@weir/merkle';
import { follow, takenInTime } from './log/follow.ts';
import { failure } from './testing/outcomes.ts';
import { admin, freshTenant, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

/** The first messages of a stream, which is then ended. */
async function first<T>(count: number, messages: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const message of messages) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}

const revisions = (messages: readonly TailEventsResponse[]) => messages.map(({ revision }) => Number(revision));

describe('TailEvents', () => {
  it('streams what is recorded from now on', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 3);
    const ids: (string | undefined)[] = [];
    const taken: TailEventsResponse[] = [];
    const tailing = (async () => {
      for await (const message of audit.as(userOf(tenant, 'read')).tailEvents({ tenant: `tenants/${tenant}` })) {
        if (taken.push(message) === 2) break;
      }
    })();
    // Nothing tells when "now" is: one event after another, until they come.
    while (taken.length < 2) ids.push((await audit.record(tenant, 1)).events[0]?.id);
    await tailing;
    const [start = 0] = revisions(taken);
    expect(start).toBeGreaterThan(3);
    expect(revisions(taken)).toEqual([start, start + 1]);
    expect(taken.map(({ event }) => event?.event?.id)).toEqual(ids.slice(start - 4, start - 2));
  });

  it('resumes after any revision, each matching event exactly once', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 900, (at) => ({ type: at % 3 === 0 ? 'wanted' : 'other' }));
    const user = audit.as(userOf(tenant, 'read'));
    const request = { tenant: `tenants/${tenant}`, filter: { types: ['wanted'] } };
    const found: number[] = [];
    for (let revision = 0n; found.length < 400;) {
      const part = await first(70, user.tailEvents({ ...request, revision }, { timeoutMs: 15_000 })).catch(() => []);
      if (part.length === 0) break;
      found.push(...revisions(part).map((at) => at - 1));
      revision = part.at(-1)?.revision ?? 0n;
      if (found.length > 240) await audit.record(tenant, 90, () => ({ type: 'wanted' }));
    }
    const expected = Array.from({ length: 300 }, (_, at) => at * 3);
    expect(found.slice(0, 300)).toEqual(expected);
  });

  it('sees what another replica records', async () => {
    const tenant = freshTenant();
    await using other = await startTestAudit({ sharing: audit });
    const tailing = first(
      1,
      audit.as(userOf(tenant, 'read')).tailEvents({ tenant: `tenants/${tenant}`, revision: 0n }),
    );
    await wait(200);
    await other.record(tenant, 1);
    expect(revisions(await tailing)).toEqual([1]);
  });

  it('refuses a revision that is yet to come', async () => {
    const tailing = audit.as(admin).tailEvents({ tenant: `tenants/${freshTenant()}`, revision: 5n });
    expect((await failure(first(1, tailing))).reason).toBe('REVISION_UNKNOWN');
  });

  it('carries the revision on where nothing matches', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 10);
    const ending = new AbortController();
    let now = Date.now();
    const clock = () => (now += 5_000);
    const { store, growth } = audit.log;
    const following = { scope: { tenant }, tenant, from: 0n, matches: () => false, signal: ending.signal, clock };
    const [bookmark] = await first(1, follow(store, growth, following));
    ending.abort();
    expect(bookmark).toEqual({ revision: 10n, stored: undefined });
  });

  it('gives up on a reader that does not keep up', async () => {
    async function* messages() {
      yield* [1, 2, 3];
    }
    const reading = takenInTime(messages(), 10);
    await reading.next();
    await wait(50);
    expect((await failure(reading.next())).reason).toBe('WATCHER_TOO_SLOW');
  });
});

describe('ExportEvents', () => {
  async function exported(tenant: string, request: Partial<ExportEventsRequest> = {}) {
    const messages = [];
    for await (const message of audit
      .as(userOf(tenant, 'read'))
      .exportEvents({ tenant: `tenants/${tenant}`, ...request })) {
      messages.push(message);
    }
    return messages;
  }

  it('streams lines whose proofs stand on their own, all against one head', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 800);
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    const text = Buffer.concat((await exported(tenant)).map(({ lines }) => lines)).toString();
    const proofs = parseProofFile(text).map(({ proof }) => verifyProof(proof, [noteVerifier(verifierKey)]));
    expect(proofs.map(({ index }) => Number(index)).slice(0, 800)).toEqual(Array.from({ length: 800 }, (_, at) => at));
    expect(new Set(proofs.map(({ head }) => head.size)).size).toBe(1);
  });

  it('gives the same bytes for the same tree size, in one go or resumed', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 900, (at) => ({
      type: at % 2 === 0 ? 'wanted' : 'other',
      details: { x: 'y'.repeat(3_000) },
    }));
    const request = { filter: { types: ['wanted'] } as ExportEventsRequest['filter'], treeSize: 850n };
    const whole = await exported(tenant, request);
    expect(whole.length).toBeGreaterThan(2);
    expect(Math.max(...whole.map(({ lines }) => lines.length))).toBeLessThanOrEqual(2 ** 20);
    for (const [at, { nextIndex, treeSize }] of whole.entries()) {
      const rest = await exported(tenant, { ...request, treeSize, startIndex: nextIndex });
      const expected = Buffer.concat(whole.slice(at + 1).map(({ lines }) => lines));
      expect(Buffer.concat(rest.map(({ lines }) => lines)).equals(expected)).toBe(true);
    }
  });

  it('says where it got to when nothing matches', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 10);
    const messages = await exported(tenant, { filter: { types: ['unheard_of'] } as ExportEventsRequest['filter'] });
    expect(messages.map(({ lines, nextIndex, treeSize }) => [lines.length, nextIndex === treeSize])).toEqual([
      [0, true],
    ]);
  });

  it('refuses a tree that is yet to come', async () => {
    expect((await failure(exported(freshTenant(), { treeSize: 5n }))).reason).toBe('TREE_SIZE_TOO_LARGE');
  });
});
