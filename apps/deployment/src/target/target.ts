import type { Target as TargetKind } from '@weir/contracts/deployment';
import type { LaneKey } from '../store/rollout-store.ts';

/** What the replicas of one colour are. */
export interface ColourSpec {
  /** "tenants/<t>/deployments/<id>", which built it. */
  readonly deployment: string;
  readonly lane: LaneKey;
  /** A weir.deployment.v1.Colour. */
  readonly colour: number;
  /** "components/<id>/versions/<semver>" */
  readonly componentVersion: string;
  readonly digest: string;
}

/** One replica that lives. */
export interface Replica {
  /** Unique while it lives. */
  readonly name: string;
  /** "host:port" once it listens. */
  readonly address: string | undefined;
}

/** Where replicas run. It follows what it is told, and says what there is; it decides nothing. */
export interface Target extends AsyncDisposable {
  readonly kind: TargetKind;
  /** Brings the replicas of a colour to a number. Returns at once; `onChange` tells of what came of it. */
  ensure(spec: ColourSpec, replicas: number): void;
  /** Ends the replicas of a deployment's colour, after their work in flight where there is any. */
  remove(deployment: string): void;
  /** Ends single replicas at once, whatever they do. */
  kill(deployment: string, replicas: readonly string[]): void;
  /** The replicas of a deployment's colour that live. */
  replicas(deployment: string): readonly Replica[];
  /** Starts that failed in a row. */
  failedStarts(deployment: string): number;
  /** The deployments that it holds replicas of. */
  deployments(): readonly string[];
  /** Called whenever a replica is ready or has ended. */
  onChange(listener: () => void): void;
}
