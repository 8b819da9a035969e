import { Clearance, Lifecycle } from '@weir/contracts/registry';
import fc from 'fast-check';
import semver from 'semver';
import { range, worldCatalogue, type World } from '../../testing/world.ts';
import { lockOf } from './lock.ts';
import { edgeName, type Catalogue, type Requirement } from './model.ts';
import { resolve } from './solver.ts';

const now = new Date('2026-01-01');
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const VERSIONS = ['1.0.0', '1.1.0', '2.0.0', '2.1.0-rc.1'];
const RANGES = ['*', '^1', '^2', '~1.0', '>=1.1.0', '<2', '>=2.1.0-rc.1 <2.2', '1 || 2'];
const entry = fc.record(
  {
    needs: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...RANGES), { maxKeys: 3 }),
    clearance: fc.constantFrom(Clearance.PUBLIC, Clearance.INTERNAL, Clearance.CONFIDENTIAL),
    lifecycle: fc.constantFrom(Lifecycle.ACTIVE, Lifecycle.ACTIVE, Lifecycle.DEPRECATED),
  },
  { noNullPrototype: true },
);
const worlds = fc
  .record(
    Object.fromEntries(
      NAMES.map((name) => [name, fc.dictionary(fc.constantFrom(...VERSIONS), entry, { noNullPrototype: true })]),
    ),
  )
  .map((world): World =>
    // Nothing needs itself: publishing refuses that.
    Object.fromEntries(
      Object.entries(world).map(([name, versions]) => [
        name,
        Object.fromEntries(
          Object.entries(versions).map(([version, { needs, ...rest }]) => [
            version,
            { ...rest, needs: Object.fromEntries(Object.entries(needs).filter(([need]) => need !== name)) },
          ]),
        ),
      ]),
    ),
  );
const wantedOf = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...RANGES), {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
});

/** Every way to choose versions, tried one after the other: an oracle for whether there is a solution. */
function solvable(world: World, wanted: Readonly<Record<string, string>>): boolean {
  const search = (chosen: Readonly<Record<string, string>>): boolean => {
    const edges = [
      ...Object.entries(wanted).map(([to, wants]) => ({ from: undefined, to, wants })),
      ...Object.entries(chosen).flatMap(([from, version]) =>
        Object.entries(world[from]?.[version]?.needs ?? {}).map(([to, wants]) => ({ from, to, wants })),
      ),
    ];
    const open = edges.find(({ to }) => chosen[to] === undefined);
    if (!open) return edges.every((edge) => fits(chosen, edge)) && !cyclic(world, chosen);
    return Object.keys(world[open.to] ?? {}).some((version) => search({ ...chosen, [open.to]: version }));
  };
  const fits = (
    chosen: Readonly<Record<string, string>>,
    { from, to, wants }: { from: string | undefined; to: string; wants: string },
  ) => {
    const clearance = (name: string) => world[name]?.[chosen[name] ?? '']?.clearance ?? 0;
    return semver.satisfies(chosen[to] ?? '', wants) && (from === undefined || clearance(to) <= clearance(from));
  };
  return search({});
}

function cyclic(world: World, chosen: Readonly<Record<string, string>>): boolean {
  const visit = (name: string, path: readonly string[]): boolean =>
    path.includes(name) ||
    Object.keys(world[name]?.[chosen[name] ?? '']?.needs ?? {}).some((next) => visit(next, [...path, name]));
  return Object.keys(chosen).some((name) => visit(name, []));
}

describe('every resolution', () => {
  it('finds a lock exactly when there is one, and it satisfies every range and clearance', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, wantedOf, async (world, wanted) => {
        const requirements = Object.entries(wanted).map(([component, value]) => range(component, value));
        const { chosen } = await resolve({ requirements, locked: new Map(), now }, worldCatalogue(world));
        expect(chosen !== undefined).toBe(solvable(world, wanted));
        if (!chosen) return;
        const versionOf = (component: string): string => chosen.get(component)?.candidate.version ?? '';
        for (const [component, wants] of Object.entries(wanted))
          expect(semver.satisfies(versionOf(component), wants)).toBe(true);
        for (const { candidate, details } of chosen.values()) {
          for (const { component, range: wants } of details.dependencies) {
            expect(semver.satisfies(versionOf(component), wants)).toBe(true);
            expect(chosen.get(component)?.candidate.clearance).toBeLessThanOrEqual(candidate.clearance);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('is the same for the same requirements in any order, however the catalogue hands things out', async () => {
    const orders = fc.infiniteStream(fc.nat());
    await fc.assert(
      fc.asyncProperty(worlds, wantedOf, orders, async (world, wanted, order) => {
        const shuffle = <T>(items: T[]): T[] =>
          items
            .map((item) => ({ item, at: order.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const requirements = Object.entries(wanted).map(([component, value]) => range(component, value));
        const answer = async (wants: Requirement[], catalogue: Catalogue) => {
          const { chosen, conflicts } = await resolve({ requirements: wants, locked: new Map(), now }, catalogue);
          return chosen ? lockOf(wants, chosen) : conflicts.map(({ type, edge }) => `${type} ${edgeName(edge)}`);
        };
        const first = await answer(requirements, worldCatalogue(world));
        expect(await answer(shuffle(requirements), worldCatalogue(world, shuffle))).toEqual(first);
      }),
      { numRuns: 1_500 },
    );
  });
});
