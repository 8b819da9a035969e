import { WatchRoutesResponse, type Route } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import { routeTable } from './route-table.ts';

const key = { tenant: 'tenants/acme', environment: Environment.PRODUCTION, component: 'components/flights' };

const put = (revision: bigint, route: Partial<Route> = {}) =>
  WatchRoutesResponse.fromPartial({ revision, event: { $case: 'put', value: { ...key, generation: 1n, ...route } } });
const removed = (revision: bigint) =>
  WatchRoutesResponse.fromPartial({ revision, event: { $case: 'removed', value: key } });
const bookmark = (revision: bigint, snapshotComplete = false) =>
  WatchRoutesResponse.fromPartial({ revision, event: { $case: 'bookmark', value: { snapshotComplete } } });

describe('the routes that an agent knows', () => {
  it('are those of the snapshot once it is complete, not before', () => {
    const table = routeTable();

    table.apply(put(0n, { version: '1.0.0' }));
    expect(table.find(key)).toBeUndefined();
    table.apply(bookmark(7n, true));

    expect(table.find(key)?.version).toBe('1.0.0');
    expect(table.revision).toBe(7n);
  });

  it('follow changes after a snapshot of a mesh in which nothing was ever deployed', () => {
    const table = routeTable();
    table.apply(bookmark(0n, true));

    table.apply(put(1n, { version: '1.0.0' }));

    expect(table.find(key)?.version).toBe('1.0.0');
  });

  it('forget what was removed', () => {
    const table = routeTable();
    table.apply(bookmark(3n, true));
    table.apply(put(4n));

    table.apply(removed(5n));

    expect(table.find(key)).toBeUndefined();
  });

  it('never go back to a lower generation', () => {
    const table = routeTable();
    table.apply(bookmark(3n, true));
    table.apply(put(4n, { generation: 5n, version: '2.0.0' }));

    table.apply(put(5n, { generation: 4n, version: '1.0.0' }));

    expect(table.find(key)?.version).toBe('2.0.0');
  });

  it('hold while a new snapshot arrives, and are replaced by it as a whole', () => {
    const table = routeTable();
    table.apply(bookmark(3n, true));
    table.apply(put(4n));

    table.restart();
    expect(table.find(key)).toBeDefined();
    table.apply(bookmark(9n, true));

    expect(table.find(key)).toBeUndefined();
  });
});
