import { Clearance, Lifecycle } from '@weir/contracts/registry';
import { digestOf, range, worldCatalogue, type World } from '../../testing/world.ts';
import { edgeName, type Requirement } from './model.ts';
import { resolve } from './solver.ts';

const now = new Date('2026-01-01');

async function solve(world: World, wanted: Record<string, string>, held: Record<string, string> = {}) {
  const requirements = Object.entries(wanted).map(([component, value]) => range(component, value));
  const locked = new Map(
    Object.entries(held).map(([component, version]) => [component, { version, digest: digestOf(component, version) }]),
  );
  const { chosen, conflicts } = await resolve({ requirements, locked, now }, worldCatalogue(world));
  if (!chosen) return conflicts.map(({ type, edge }) => `${type} ${edgeName(edge)}`);
  return Object.fromEntries([...chosen].map(([component, { candidate }]) => [component, candidate.version]));
}

describe('resolving', () => {
  it('takes the highest version that everything agrees on', async () => {
    const world = {
      app: { '1.0.0': { needs: { left: '^1', right: '^1' } } },
      left: { '1.0.0': { needs: { base: '>=1 <3' } }, '1.1.0': { needs: { base: '>=1 <3' } } },
      right: { '1.0.0': { needs: { base: '^1' } } },
      base: { '1.0.0': {}, '1.5.0': {}, '2.0.0': {} },
    };
    expect(await solve(world, { app: '*' })).toEqual({ app: '1.0.0', left: '1.1.0', right: '1.0.0', base: '1.5.0' });
  });

  it('goes back to a lower version where the highest leads nowhere', async () => {
    const world = {
      app: { '1.0.0': { needs: { base: '^1' } }, '2.0.0': { needs: { base: '^9' } } },
      base: { '1.0.0': {} },
    };
    expect(await solve(world, { app: '*' })).toEqual({ app: '1.0.0', base: '1.0.0' });
  });

  it('prefers ACTIVE and DEPRECATED, and takes SUNSET only where nothing else is admitted and its date is to come', async () => {
    const later = new Date('2026-06-01');
    const world = {
      one: {
        '1.0.0': {},
        '1.1.0': { lifecycle: Lifecycle.DEPRECATED },
        '1.2.0': { lifecycle: Lifecycle.SUNSET, sunsetAt: later },
      },
      two: { '1.0.0': { lifecycle: Lifecycle.SUNSET, sunsetAt: later } },
      three: { '1.0.0': { lifecycle: Lifecycle.SUNSET, sunsetAt: new Date('2025-12-31') } },
    };
    expect(await solve(world, { one: '^1', two: '^1' })).toEqual({ one: '1.1.0', two: '1.0.0' });
    expect(await solve(world, { three: '^1' })).toEqual(['NO_MATCHING_VERSION request -> components/three@^1']);
  });

  it('keeps to a lock before all else, as far as the ranges allow', async () => {
    const world = {
      one: { '1.0.0': { lifecycle: Lifecycle.ARCHIVED }, '1.1.0': {} },
      two: { '1.0.0': {}, '2.0.0': {} },
    };
    const held = { one: '1.0.0', two: '1.0.0' };
    expect(await solve(world, { one: '^1', two: '^2' }, held)).toEqual({ one: '1.0.0', two: '2.0.0' });
  });

  it('refuses a lock whose version was published with other content', async () => {
    const world = { one: { '1.0.0': {}, '1.1.0': {} } };
    const locked = new Map([['one', { version: '1.0.0', digest: 'another' }]]);
    const input = { requirements: [range('one', '^1')], locked, now };
    const { conflicts } = await resolve(input, worldCatalogue(world));
    expect(conflicts?.map(({ type }) => type)).toEqual(['DIGEST_MISMATCH']);
  });

  it('follows an alias', async () => {
    const world = { one: { '1.0.0': {}, '1.1.0': {} } };
    const alias = (value: string): Requirement => ({ component: 'one', selector: { $case: 'alias', value } });
    const solved = (requirement: Requirement) =>
      resolve({ requirements: [requirement], locked: new Map(), now }, worldCatalogue(world));
    expect((await solved(alias('stable'))).chosen?.get('one')?.candidate.version).toBe('1.0.0');
    const { conflicts = [] } = await solved(alias('nightly'));
    expect(conflicts.map(({ edge }) => edgeName(edge))).toEqual(['request -> components/one/aliases/nightly']);
  });
});

describe('a conflict', () => {
  it('names both edges that want different versions', async () => {
    const world = {
      left: { '1.0.0': { needs: { base: '^1' } } },
      right: { '1.0.0': { needs: { base: '^2' } } },
      base: { '1.0.0': {}, '2.0.0': {} },
    };
    expect(await solve(world, { left: '*', right: '*' })).toEqual([
      'NO_MATCHING_VERSION components/left/versions/1.0.0 -> components/base@^1',
      'NO_MATCHING_VERSION components/right/versions/1.0.0 -> components/base@^2',
    ]);
  });

  it('says which component is not visible', async () => {
    const world = { app: { '1.0.0': { needs: { hidden: '^1' } } } };
    expect(await solve(world, { app: '*' })).toEqual([
      'NOT_VISIBLE components/app/versions/1.0.0 -> components/hidden@^1',
    ]);
  });

  it('says which dependency is of higher clearance than its dependant', async () => {
    const world = {
      app: { '1.0.0': { clearance: Clearance.PUBLIC, needs: { vault: '*' } } },
      vault: { '1.0.0': { clearance: Clearance.RESTRICTED } },
    };
    expect(await solve(world, { app: '*' })).toEqual([
      'CLEARANCE_EXCEEDED components/app/versions/1.0.0 -> components/vault@*',
    ]);
    const lower = { ...world, vault: { ...world.vault, '0.9.0': { clearance: Clearance.PUBLIC } } };
    expect(await solve(lower, { app: '*' })).toEqual({ app: '1.0.0', vault: '0.9.0' });
  });

  it('names every edge of a cycle, and goes around it where it can', async () => {
    const world = {
      egg: { '1.0.0': { needs: { hen: '^1' } } },
      hen: { '1.0.0': { needs: { nest: '^1' } } },
      nest: { '1.0.0': { needs: { egg: '^1' } } },
    };
    expect(await solve(world, { egg: '*' })).toEqual([
      'CYCLE components/egg/versions/1.0.0 -> components/hen@^1',
      'CYCLE components/hen/versions/1.0.0 -> components/nest@^1',
      'CYCLE components/nest/versions/1.0.0 -> components/egg@^1',
    ]);
    const free = { ...world, nest: { ...world.nest, '0.9.0': {}, '1.0.1': {} } };
    expect(await solve(free, { egg: '*' })).toMatchObject({ nest: '1.0.1' });
  });
});

describe('large graphs', () => {
  it('of 1,000 components in a row resolve', async () => {
    const world = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => [
        `c-${at}`,
        { '1.0.0': at < 999 ? { needs: { [`c-${at + 1}`]: '^1' } } : {} },
      ]),
    );
    expect(Object.keys(await solve(world, { 'c-0': '^1' }))).toHaveLength(1_000);
  });

  it('beyond 5,000 components are refused', async () => {
    const wide = Object.fromEntries(Array.from({ length: 5_001 }, (_, at) => [`leaf-${at}`, '*']));
    const world = { root: { '1.0.0': { needs: wide } } };
    await expect(solve(world, { root: '*' })).rejects.toMatchObject({ what: 'components' });
  });

  it('that cannot be met are not searched for ever', async () => {
    // Each of 12 components with 12 versions rules the rest of the world out only at the very end.
    const versions = Array.from({ length: 12 }, (_, at) => `1.${at}.0`);
    const names = Array.from({ length: 12 }, (_, at) => `v-${at}`);
    const world: World = {
      ...Object.fromEntries(names.map((name) => [name, Object.fromEntries(versions.map((version) => [version, {}]))])),
      last: { '1.0.0': { needs: { missing: '*' } } },
    };
    const wanted = Object.fromEntries([...names, 'last'].map((name) => [name, '*']));
    expect(await solve(world, wanted)).toEqual(['NOT_VISIBLE components/last/versions/1.0.0 -> components/missing@*']);
  });
});
