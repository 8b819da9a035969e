import { RouteColour, RouteKind } from '@weir/contracts/agent';
import { refuseMisrouted, type RoutedRun, type WorkerIdentity } from './identity.ts';

const shared: WorkerIdentity = {
  tenant: undefined,
  componentVersion: undefined,
  digest: undefined,
  deployment: undefined,
  colour: RouteColour.UNSPECIFIED,
  name: 'worker-1',
};
const green: WorkerIdentity = {
  tenant: 'tenants/acme',
  componentVersion: 'components/c/versions/1.0.0',
  digest: 'sha256:a',
  deployment: 'tenants/acme/deployments/d',
  colour: RouteColour.GREEN,
  name: 'worker-2',
};
const run: RoutedRun = {
  tenant: 'tenants/acme',
  componentVersion: 'components/c/versions/1.0.0',
  digest: 'sha256:a',
  route: {
    kind: RouteKind.DEPLOYMENT,
    deployment: 'tenants/acme/deployments/d',
    colour: RouteColour.GREEN,
    generation: 7n,
  },
};
const refusal = (worker: WorkerIdentity, routed: RoutedRun, seen = 0n): string => {
  try {
    refuseMisrouted(worker, routed, seen);
    return 'taken';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('a worker of a deployment', () => {
  it('takes what is routed to it', () => {
    expect(refusal(green, run)).toBe('taken');
    expect(refusal(green, { ...run, route: { ...run.route, generation: 0n } }, 9n)).toBe('taken');
  });

  it.each([
    ['another tenant', { ...run, tenant: 'tenants/zenith' }, 'ROUTE_STALE'],
    [
      'another deployment',
      { ...run, route: { ...run.route, deployment: 'tenants/acme/deployments/e' } },
      'ROUTE_STALE',
    ],
    ['the other colour', { ...run, route: { ...run.route, colour: RouteColour.BLUE } }, 'ROUTE_STALE'],
    ['another version', { ...run, componentVersion: 'components/c/versions/1.0.1' }, 'VERSION_NOT_SERVED'],
    ['another digest', { ...run, digest: 'sha256:b' }, 'VERSION_NOT_SERVED'],
  ])('refuses what is for %s', (_, routed, reason) => {
    expect(refusal(green, routed)).toBe(reason);
  });

  it('refuses a generation that is older than one it has seen', () => {
    expect(refusal(green, run, 7n)).toBe('taken');
    expect(refusal(green, run, 8n)).toBe('ROUTE_STALE');
  });
});

describe('a worker of the shared pool', () => {
  it('takes any version of any tenant, and nothing that is for a deployment', () => {
    const route = { kind: RouteKind.SHARED_POOL, deployment: '', colour: RouteColour.UNSPECIFIED, generation: 0n };
    expect(refusal(shared, { ...run, route })).toBe('taken');
    expect(refusal(shared, run)).toBe('ROUTE_STALE');
  });
});
