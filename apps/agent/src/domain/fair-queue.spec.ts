import { fairQueue, type FairQueue } from './fair-queue.ts';

const never = new AbortController().signal;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function pass(queue: FairQueue, tenant: string, order: string[], weight = 1): Promise<void> {
  await enter(queue, tenant, order, weight);
}

function enter(queue: FairQueue, tenant: string, order: string[], weight = 1): Promise<void> | undefined {
  return queue.acquire({ tenant, label: 'x', weight }, never)?.then((permit) => {
    order.push(tenant);
    setImmediate(() => permit[Symbol.dispose]());
  });
}

describe('the fair queue', () => {
  it('lets a quiet tenant go before the backlog of a busy one', async () => {
    const queue = fairQueue({ permits: 1, capacity: 100, capacityPerTenant: 100 });
    const order: string[] = [];
    const all = Array.from({ length: 5 }, () => pass(queue, 'busy', order));
    all.push(pass(queue, 'quiet', order));

    await Promise.all(all);

    expect(order.indexOf('quiet')).toBeLessThanOrEqual(2);
  });

  it('gives a tenant of twice the weight twice the turns', async () => {
    const queue = fairQueue({ permits: 1, capacity: 100, capacityPerTenant: 100 });
    const order: string[] = [];
    const all = Array.from({ length: 12 }, () => [pass(queue, 'one', order, 1), pass(queue, 'two', order, 2)]);

    await Promise.all(all.flat());

    const first = order.slice(0, 12);
    expect(first.filter((tenant) => tenant === 'two').length).toBeGreaterThan(
      first.filter((tenant) => tenant === 'one').length,
    );
  });

  it('refuses what a tenant may not have waiting, and still takes others', async () => {
    const queue = fairQueue({ permits: 0, capacity: 3, capacityPerTenant: 2 });
    const order: string[] = [];
    void enter(queue, 'busy', order);
    void enter(queue, 'busy', order);

    expect(enter(queue, 'busy', order)).toBeUndefined();
    expect(queue.isFull('busy')).toBe(true);
    expect(enter(queue, 'quiet', order)).toBeDefined();
    expect(enter(queue, 'third', order)).toBeUndefined();
  });

  it('forgets who gives up waiting', async () => {
    const queue = fairQueue({ permits: 1, capacity: 10, capacityPerTenant: 10 });
    const permit = await queue.acquire({ tenant: 'a', label: 'x', weight: 1 }, never);
    const leaving = new AbortController();
    const waiting = queue.acquire({ tenant: 'a', label: 'x', weight: 1 }, leaving.signal);

    leaving.abort(new Error('gone'));

    await expect(waiting).rejects.toThrow('gone');
    expect(queue.waiting()).toBe(0);
    permit?.[Symbol.dispose]();
    permit?.[Symbol.dispose]();
    await settle();
    expect(queue.busy).toBe(0);
  });
});
