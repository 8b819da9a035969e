import { Phase } from '@weir/contracts/deployment';
import { WeirError } from '@weir/errors';
import { accept } from '../domain/accept.ts';
import { abort, freeze, promote, rollBack, unfreeze } from '../domain/commands.ts';
import { CheckKind, CheckResult } from '@weir/contracts/deployment';
import type { Cause, Check, Lane, Plan, Rollout } from '../domain/lane.ts';
import { followUse } from '../domain/use.ts';
import { advance, isMeasured, type Knowledge } from '../runner/advance.ts';

/** Something that happens to a lane, or to its replicas. */
export type Happening =
  | { readonly kind: 'look'; readonly dies: boolean; readonly verdict: boolean }
  | { readonly kind: 'create'; readonly manual: boolean; readonly minReady: number; readonly windowMs: number }
  | { readonly kind: 'promote' | 'abort' | 'freeze' | 'unfreeze' | 'roll-back' | 'come-up' | 'crash' }
  | { readonly kind: 'die' | 'work'; readonly at: number; readonly amount: number }
  | { readonly kind: 'pass'; readonly ms: number };

interface Replicas {
  live: { readonly replica: string; ready: boolean }[];
  running: number;
  failed: number;
}

/** A lane with replicas that live only in the test: the real rules, an imagined world. */
export interface Model {
  readonly lane: Lane;
  readonly switches: { readonly ready: number; readonly minReady: number; readonly generation: number }[];
  happen(what: Happening): void;
  /** Lets everything go its way until nothing is left to do, or says what is. */
  settle(): Rollout[];
}

const LOOK: Happening = { kind: 'look', dies: false, verdict: true };

/** A lane in which nothing has happened. */
export function model(): Model {
  let lane: Lane = emptyLane();
  let now = 1_000_000;
  let made = 0;
  const replicas = new Map<string, Replicas>();
  const told = new Map<string, number>();
  const switches: { ready: number; minReady: number; generation: number }[] = [];
  const of = (name: string): Replicas => replicas.get(name) ?? { live: [], running: 0, failed: 0 };

  function look(dies: boolean, verdict: boolean): void {
    for (const { name, use } of lane.rollouts) told.set(name, use.generation);
    const measured = lane.rollouts.filter(isMeasured).map(({ name }) => name);
    const known: Knowledge = {
      now,
      colour: (name) => {
        const { live, running } = of(name);
        const ready = live.filter((replica) => replica.ready).map(({ replica }) => ({ replica, address: replica }));
        return { live: live.length, ready, running };
      },
      failedStarts: (name) => of(name).failed,
      checks: (name) => (measured.includes(name) ? [check(verdict)] : undefined),
      use: (name) => ({ recorded: told.get(name) ?? 0, refusal: undefined }),
    };
    const next = structuredClone(lane);
    const { cutOff } = advance(next, known);
    followUse(next);
    noteSwitch(next);
    lane = prune(next);
    // The service dies between what it persisted and what follows from it.
    if (dies) {
      replicas.clear();
      return;
    }
    for (const name of cutOff) replicas.set(name, { ...of(name), live: [], running: 0 });
    for (const rollout of lane.rollouts) follow(rollout);
    for (const name of replicas.keys()) if (!lane.rollouts.some((other) => other.name === name)) replicas.delete(name);
  }
  function noteSwitch(next: Lane): void {
    if (next.generation === lane.generation) return;
    const active = next.rollouts.find(({ name }) => name === next.active);
    const by = next.rollouts.find(({ history }) => history.at(-1)?.startedAt === now && history.length > 1) ?? active;
    const minReady = by?.plan.minReady ?? 0;
    switches.push({ ready: active?.colour.ready.length ?? 0, minReady, generation: next.generation });
  }
  function follow({ name, colour }: Rollout): void {
    const current = of(name);
    const live = colour.wanted ? current.live.slice(0, colour.desired) : [];
    while (colour.wanted && live.length < colour.desired) live.push({ replica: `r${(made += 1)}`, ready: false });
    replicas.set(name, { ...current, live, running: live.length === 0 ? 0 : current.running });
  }
  function create({ manual, minReady, windowMs }: Extract<Happening, { kind: 'create' }>): void {
    const next = structuredClone(lane);
    const plan: Plan = { ...PLAN, manual, minReady, windowMs, version: `1.${lane.revisions}.0` };
    accept(next, `tenants/acme/deployments/d${lane.revisions}`, plan, 60_000, cause(now));
    lane = next;
  }
  function command(kind: 'promote' | 'abort' | 'freeze' | 'unfreeze' | 'roll-back'): void {
    const next = structuredClone(lane);
    const rollout = next.rollouts.at(-1);
    if (!rollout) return;
    if (kind === 'promote') promote(rollout, cause(now));
    else if (kind === 'abort') abort(rollout, cause(now));
    else if (kind === 'freeze') freeze(rollout, cause(now));
    else if (kind === 'unfreeze') unfreeze(rollout, cause(now));
    else rollBack(next, rollout, cause(now));
    lane = next;
  }
  function comeUp(): void {
    for (const { live } of replicas.values()) for (const replica of live) replica.ready = true;
  }
  function happen(what: Happening): void {
    const names = [...replicas.keys()];
    switch (what.kind) {
      case 'look':
        return look(what.dies, what.verdict);
      case 'create':
        return refusable(() => create(what));
      case 'come-up':
        return comeUp();
      case 'crash':
        return replicas.clear();
      case 'pass':
        now += what.ms;
        return;
      case 'die': {
        const name = names[what.at % Math.max(1, names.length)];
        if (name !== undefined) of(name).live.splice(0, what.amount);
        return;
      }
      case 'work': {
        const name = names[what.at % Math.max(1, names.length)];
        if (name !== undefined) of(name).running = of(name).live.length === 0 ? 0 : what.amount;
        return;
      }
      default: {
        const { kind } = what;
        return refusable(() => command(kind));
      }
    }
  }

  return {
    get lane() {
      return lane;
    },
    switches,
    happen,
    settle() {
      for (let round = 0; round < 120 && lane.rollouts.some(({ settled }) => !settled); round += 1) {
        for (const rollout of lane.rollouts) if (rollout.freeze) refusable(() => unfreeze(rollout, cause(now)));
        for (const state of replicas.values()) state.running = 0;
        happen(LOOK);
        comeUp();
        now += 5_000;
      }
      return lane.rollouts.filter(({ settled }) => !settled);
    },
  };
}

/** A caller may ask for what cannot be; it is refused, and nothing changes. */
function refusable(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
  }
}

/** What the store loads: what is live, and the old colours that it refers to. */
function prune(lane: Lane): Lane {
  const referred = new Set(lane.rollouts.flatMap(({ settled, old }) => (settled || old === undefined ? [] : [old])));
  const rollouts = lane.rollouts.filter(
    ({ name, settled, colour }) => !settled || colour.state !== 6 || referred.has(name),
  );
  return { ...lane, rollouts };
}

const cause = (now: number): Cause => ({ actor: 'tenants/acme/principals/eng', reason: 'because', now });

const check = (passed: boolean): Check => ({
  kind: CheckKind.HEALTH,
  result: passed ? CheckResult.PASSED : CheckResult.FAILED,
  measured: 1,
  threshold: 1,
  baseline: undefined,
  samples: 1,
  description: '',
  checkedAt: 0,
});

const PLAN: Plan = {
  version: '1.0.0',
  digest: 'sha256:0',
  manual: false,
  promoteAfterMs: 0,
  drainMs: 5_000,
  windowMs: 10_000,
  minReady: 1,
  minReplicas: 1,
  maxReplicas: 4,
};

const emptyLane = (): Lane => ({
  tenant: 'acme',
  environment: 3,
  component: 'components/x',
  revisions: 0,
  generation: 0,
  active: undefined,
  switchedAt: undefined,
  rollouts: [],
});

/** Whether a phase may follow another one. */
export const mayFollow: Readonly<Record<number, readonly Phase[]>> = {
  [Phase.PENDING]: [Phase.PROVISIONING, Phase.FAILED, Phase.ABORTED],
  [Phase.PROVISIONING]: [Phase.VALIDATING, Phase.FAILED, Phase.ABORTED],
  [Phase.VALIDATING]: [Phase.AWAITING_PROMOTION, Phase.SWITCHING, Phase.FAILED, Phase.ABORTED],
  [Phase.AWAITING_PROMOTION]: [Phase.SWITCHING, Phase.FAILED, Phase.ABORTED],
  [Phase.SWITCHING]: [Phase.DRAINING, Phase.FAILED, Phase.ROLLED_BACK],
  [Phase.DRAINING]: [Phase.SUCCEEDED, Phase.SWITCHING],
  [Phase.SUCCEEDED]: [Phase.SWITCHING],
  [Phase.FAILED]: [],
  [Phase.ABORTED]: [],
  [Phase.ROLLED_BACK]: [],
};
