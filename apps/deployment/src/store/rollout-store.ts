import type { Scope } from '@weir/context';
import type { DeploymentSpec } from '@weir/contracts/deployment';
import type { ComponentVersion } from '@weir/contracts/registry';
import type { BuiltColour, Lane, Rollout } from '../domain/lane.ts';

/** Which lane. */
export interface LaneKey {
  /** "acme" */
  readonly tenant: string;
  readonly environment: number;
  /** "components/<id>" */
  readonly component: string;
}

/** A deployment as stored. */
export interface DeploymentRecord {
  readonly lane: LaneKey;
  readonly spec: DeploymentSpec;
  /** As it was when the rollout was accepted. */
  readonly component: ComponentVersion;
  readonly rollout: Rollout;
  /** The old colour as it is, or was when the rollout settled. */
  readonly oldColour: BuiltColour | undefined;
  /** Grows with every change that a watcher sees. */
  readonly revision: bigint;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it was created, in microseconds since the epoch: its place in lists. */
  readonly cursor: string;
}

/** What a new deployment is stored with. */
export interface NewDeployment {
  readonly lane: LaneKey;
  readonly id: string;
  readonly spec: DeploymentSpec;
  readonly component: ComponentVersion;
  readonly createdBy: string;
}

/** Which deployments to list; empty parts let all pass. */
export interface DeploymentFilter {
  readonly environments: readonly number[];
  readonly component: string;
  readonly phases: readonly number[];
}

/** Deployments, lane by lane. Every change is made under the lock of its lane and leaves an audit event per phase. */
export interface RolloutStore {
  find(scope: Scope, name: string): Promise<DeploymentRecord | undefined>;
  /** Latest first, after the deployment that a cursor names. */
  list(
    scope: Scope,
    tenant: string,
    filter: DeploymentFilter,
    after: readonly string[] | undefined,
    limit: number,
  ): Promise<DeploymentRecord[]>;
  /** The rollouts of a lane by number, descending, below `before`. */
  revisions(scope: Scope, lane: LaneKey, before: number, limit: number): Promise<DeploymentRecord[]>;
  /** Adds the deployment that `accept` adds to the lane. Throws DEPLOYMENT_EXISTS when its id is in use. */
  create(scope: Scope, draft: NewDeployment, accept: (lane: Lane) => void): Promise<DeploymentRecord>;
  /** The lane as it is now, without locking it. */
  read(scope: Scope, key: LaneKey): Promise<Lane>;
  /** Runs `work` on the lane and keeps what it changes. */
  change<T>(scope: Scope, key: LaneKey, work: (lane: Lane) => T): Promise<T>;
  /** The lanes with replicas, or with something left to do. */
  liveLanes(scope: Scope): Promise<LaneKey[]>;
  /** The deployments of a tenant that are live. */
  liveOf(scope: Scope, tenant: string): Promise<DeploymentRecord[]>;
}
