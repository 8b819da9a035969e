/** How much a queue lets through, and how much may wait. */
export interface FairQueueOptions {
  readonly atOnce: number;
  readonly waiting: number;
  /** What is said to whom there is no room for. */
  readonly full: () => Error;
}

/** Lets work of many tenants through, so that no tenant waits for all that another one sends. */
export interface FairQueue {
  /** Runs the work when it is its turn. Rejects with `full()`, or with the signal's reason while it waits. */
  run<T>(tenant: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** What is at work or waits. */
  readonly pending: number;
}

interface Waiting {
  start(): void;
  refuse(error: Error): void;
}

interface Tenant {
  running: number;
  readonly waiting: Waiting[];
}

/**
 * What gets free goes to the tenant with least at work, in turn where several have as little. Where all places to wait are
 * taken, one who has less takes the last place of the tenant that has most.
 */
export function fairQueue({ atOnce, waiting, full }: FairQueueOptions): FairQueue {
  const tenants = tenantLoads();

  function serve(): void {
    while (tenants.running() < atOnce) {
      const next = leastOf(tenants.waiting());
      if (!next) return;
      const tenant = tenants.toBack(next[0]);
      tenant.running += 1;
      tenant.waiting.shift()?.start();
    }
  }

  function makeRoom(name: string): void {
    if (tenants.running() < atOnce || tenants.queued() < waiting) return;
    const most = mostOf(tenants.waiting());
    if (!most || loadOf(most) <= loadOf(tenants.of(name)) + 1) throw full();
    most.waiting.pop()?.refuse(full());
  }

  return {
    async run(name, signal, work) {
      signal.throwIfAborted();
      makeRoom(name);
      const turn = takePlace(tenants.of(name), signal);
      serve();
      await turn.finally(tenants.forgetIdle);
      return work().finally(() => {
        tenants.of(name).running -= 1;
        tenants.forgetIdle();
        serve();
      });
    },
    get pending() {
      return tenants.running() + tenants.queued();
    },
  };
}

/** Those who have something at work or waiting, in the order of their turns: whoever was served last is last. */
function tenantLoads() {
  const tenants = new Map<string, Tenant>();
  const sum = (of: (tenant: Tenant) => number): number => [...tenants.values()].reduce((all, one) => all + of(one), 0);
  const of = (name: string): Tenant => {
    const tenant = tenants.get(name) ?? { running: 0, waiting: [] };
    tenants.set(name, tenant);
    return tenant;
  };
  return {
    of,
    toBack(name: string): Tenant {
      const tenant = of(name);
      tenants.delete(name);
      tenants.set(name, tenant);
      return tenant;
    },
    forgetIdle(): void {
      for (const [name, tenant] of tenants) if (loadOf(tenant) === 0) tenants.delete(name);
    },
    waiting: () => [...tenants].filter(([, one]) => one.waiting.length > 0),
    running: () => sum((one) => one.running),
    queued: () => sum((one) => one.waiting.length),
  };
}

/** Settles when it is this one's turn; rejects when it is refused, or stops waiting. */
const takePlace = ({ waiting }: Tenant, signal: AbortSignal): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      waiting.splice(waiting.indexOf(one), 1);
      one.refuse(signal.reason as Error);
    };
    const stay = (): void => signal.removeEventListener('abort', leave);
    const one: Waiting = {
      start() {
        stay();
        resolve();
      },
      refuse(error) {
        stay();
        reject(error);
      },
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(one);
  });

const loadOf = ({ running, waiting }: Tenant): number => running + waiting.length;

type Named = readonly [string, Tenant];

const leastOf = (tenants: readonly Named[]): Named | undefined =>
  tenants.reduce<Named | undefined>(
    (least, one) => (least && least[1].running <= one[1].running ? least : one),
    undefined,
  );

const mostOf = (tenants: readonly Named[]): Tenant | undefined =>
  tenants.reduce<Tenant | undefined>((most, [, one]) => (most && loadOf(most) >= loadOf(one) ? most : one), undefined);
