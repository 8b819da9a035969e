import { AgentHealth, BreakerState } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { dependency } from './dependency.ts';

const options = { name: 'registry', maxInFlight: 2, timeoutMs: 200, attempts: 1 };
const down = () => Promise.reject(reason('DEPENDENCY_UNAVAILABLE', { dependency: 'registry' }));

describe('a dependency', () => {
  it('is not called any more after it failed often enough, and says so', async () => {
    const states: BreakerState[] = [];
    const registry = dependency({ ...options, onState: (_, state) => states.push(state) });
    for (let call = 0; call < 5; call += 1) await registry.run(down).catch(() => undefined);
    const work = jest.fn(() => Promise.resolve(1));

    await expect(registry.run(work)).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });

    expect(work).not.toHaveBeenCalled();
    expect(states).toEqual([BreakerState.OPEN]);
    expect(registry.health()).toMatchObject({
      health: AgentHealth.UNHEALTHY,
      breaker: BreakerState.OPEN,
      errorRate: 5 / 6,
    });
  });

  it('stays trusted when it refuses: a refusal is an answer', async () => {
    const registry = dependency(options);
    const refuse = () => Promise.reject(reason('TENANT_NOT_FOUND', { name: 'x' }));
    for (let call = 0; call < 10; call += 1) await registry.run(refuse).catch(() => undefined);

    expect(registry.breaker()).toBe(BreakerState.CLOSED);
    expect(registry.health()).toMatchObject({ health: AgentHealth.HEALTHY, errorRate: 0 });
  });

  it('is given up after its time', async () => {
    const registry = dependency({ ...options, timeoutMs: 20 });

    await expect(registry.run(() => new Promise(() => undefined))).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
    });
  });

  it('takes no more calls than its bulkhead admits', async () => {
    const registry = dependency(options);
    const open = Promise.withResolvers<number>();
    const first = [registry.run(() => open.promise), registry.run(() => open.promise)];

    await expect(registry.run(() => open.promise)).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });

    open.resolve(1);
    expect(await Promise.all(first)).toEqual([1, 1]);
  });
});
