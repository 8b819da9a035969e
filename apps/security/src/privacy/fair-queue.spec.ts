import { fairQueue } from './fair-queue.ts';

const never = new AbortController().signal;
const full = () => new Error('full');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A queue whose work ends when the test says so; `started` has who began, in order. */
function controlled(limits: { atOnce: number; waiting: number }) {
  const queue = fairQueue({ ...limits, full });
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const add = (tenant: string, signal = never): Promise<string> => {
    const done = queue.run(tenant, signal, async () => {
      started.push(tenant);
      await new Promise<void>((resolve) => ends.push(resolve));
      return tenant;
    });
    done.catch(() => undefined);
    return done;
  };
  const endAll = async (): Promise<void> => {
    while (queue.pending > 0) {
      ends.shift()?.();
      await turn();
    }
  };
  return { queue, started, add, endAll };
}

describe('a fair queue', () => {
  it('serves tenants in turn, however many one of them sends', async () => {
    const { started, add, endAll } = controlled({ atOnce: 1, waiting: 100 });
    const flood = Array.from({ length: 10 }, () => add('flood'));
    const others = [add('one'), add('two'), add('one')];

    await endAll();

    await Promise.all([...flood, ...others]);
    expect(started.slice(0, 6)).toEqual(['flood', 'flood', 'one', 'two', 'flood', 'one']);
    expect(started).toHaveLength(13);
  });

  it('gives what is free to the tenant that has least at work', async () => {
    const { started, add, endAll } = controlled({ atOnce: 2, waiting: 100 });
    for (let count = 0; count < 4; count += 1) void add('flood');
    void add('one');

    await endAll();

    expect(started.slice(0, 3)).toEqual(['flood', 'flood', 'one']);
  });

  it('that is full makes room for who has less, at the cost of who has most', async () => {
    const { started, add, endAll } = controlled({ atOnce: 1, waiting: 3 });
    const flood = Array.from({ length: 4 }, () => add('flood'));
    const refused = add('flood');
    const one = add('one');
    await expect(refused).rejects.toThrow('full');
    await expect(flood[3]).rejects.toThrow('full');

    await endAll();

    expect(await one).toBe('one');
    expect(started.filter((tenant) => tenant === 'flood')).toHaveLength(3);
  });

  it('that is full refuses whom it would help only by refusing another who has as much', async () => {
    const { queue, add, endAll } = controlled({ atOnce: 1, waiting: 2 });
    const all = ['one', 'one', 'two'].map((tenant) => add(tenant));

    await expect(add('two')).rejects.toThrow('full');
    expect(queue.pending).toBe(3);

    await endAll();
    expect(await Promise.all(all)).toEqual(['one', 'one', 'two']);
  });

  it('forgets who stopped waiting, and goes on after what failed', async () => {
    const { queue, started, add, endAll } = controlled({ atOnce: 1, waiting: 2 });
    const first = add('one');
    const left = new AbortController();
    const gone = add('two', left.signal);
    left.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    await expect(add('two', left.signal)).rejects.toThrow('gone');
    expect(queue.pending).toBe(1);
    const failing = queue.run('two', never, () => Promise.reject(new Error('broken')));
    failing.catch(() => undefined);
    const last = add('three');

    await endAll();

    await expect(failing).rejects.toThrow('broken');
    await Promise.all([first, last]);
    expect(started).toEqual(['one', 'three']);
    expect(queue.pending).toBe(0);
  });
});
