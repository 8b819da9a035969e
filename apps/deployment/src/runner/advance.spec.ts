import { ColourState } from '@weir/contracts/deployment';
import fc from 'fast-check';
import type { Lane } from '../domain/lane.ts';
import { mayFollow, model, type Happening, type Model } from '../testing/model.ts';

// Weighted so that rollouts get far enough to be disturbed late, too.
const kinds = [
  'promote',
  'promote',
  'promote',
  'unfreeze',
  'unfreeze',
  'freeze',
  'abort',
  'crash',
  'roll-back',
  'roll-back',
] as const;
const look: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant('look' as const),
  dies: fc.integer({ min: 0, max: 29 }).map((n) => n === 0),
  verdict: fc.integer({ min: 0, max: 19 }).map((n) => n > 0),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 24, arbitrary: look },
  { weight: 12, arbitrary: fc.constant<Happening>({ kind: 'come-up' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      manual: fc.boolean(),
      minReady: fc.constantFrom(1, 1, 2, 3),
      windowMs: fc.constantFrom(0, 10_000),
    }),
  },
  { weight: 3, arbitrary: fc.constantFrom(...kinds).map((kind): Happening => ({ kind })) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('die' as const, 'work' as const),
      at: fc.nat(3),
      amount: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(100, 1_000, 1_000, 15_000) }),
  },
);
const story = fc.array(happening, { minLength: 40, maxLength: 150, size: 'max' });

function run(happenings: readonly Happening[], after: (model: Model, before: Lane) => void): Model {
  const world = model();
  for (const what of happenings) {
    const before = world.lane;
    world.happen(what);
    after(world, before);
  }
  return world;
}

describe('a rollout, whatever happens in whatever order', () => {
  it('never points the route at fewer than the minimum of ready replicas', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const { switches } = run(happenings, () => undefined);
        for (const { ready, minReady } of switches) expect(ready).toBeGreaterThanOrEqual(minReady);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the replicas that the route points at', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        run(happenings, ({ lane }) => {
          if (lane.active === undefined) return;
          const colour = lane.rollouts.find(({ name }) => name === lane.active)?.colour;
          const isKept = colour?.wanted && colour.state === ColourState.ACTIVE && colour.desired >= 1;
          if (!isKept) throw new Error(JSON.stringify(colour));
        });
      }),
      { numRuns: 100 },
    );
  });

  it('never gives a generation twice', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const { switches } = run(happenings, ({ lane }, before) => {
          expect(lane.generation).toBeGreaterThanOrEqual(before.generation);
        });
        const generations = switches.map(({ generation }) => generation);
        expect(new Set(generations).size).toBe(generations.length);
      }),
      { numRuns: 60 },
    );
  });

  it('has at most two colours up, never two of the same', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        run(happenings, ({ lane }) => {
          const wanted = lane.rollouts.filter(({ colour }) => colour.wanted).map(({ colour }) => colour.colour);
          expect(new Set(wanted).size).toBe(wanted.length);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('goes from phase to phase as the contract says', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        run(happenings, ({ lane }) => {
          const wrong = lane.rollouts.flatMap(({ history }) =>
            history.slice(1).filter(({ phase }, index) => !mayFollow[history[index]?.phase ?? 0]?.includes(phase)),
          );
          if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('does nothing while it is frozen, but for a switch that has begun', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const world = model();
        for (const what of happenings) {
          const before = world.lane.rollouts.filter(({ freeze, phase }) => freeze && phase !== 5);
          world.happen(what);
          if (what.kind !== 'look') continue;
          for (const { name, phase } of before) {
            expect(world.lane.rollouts.find((rollout) => rollout.name === name)?.phase).toBe(phase);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('comes to an end once it is left alone', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const world = run(happenings, () => undefined);
        expect(world.settle().map(({ name, phase }) => [name, phase])).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
