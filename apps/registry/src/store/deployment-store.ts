import type { Scope } from '@weir/context';
import type { Environment, Lifecycle } from '@weir/contracts/registry';

/** Which versions live deployments use. */
export interface DeploymentStore {
  /** What is recorded of a deployment, held until the transaction ends. */
  hold(scope: Scope, tenant: string, deployment: string): Promise<DeploymentRecord | undefined>;
  /** The lifecycles of versions that the tenant can see, by name, held so that they stay as they are. */
  lifecyclesOf(scope: Scope, names: readonly string[]): Promise<ReadonlyMap<string, Lifecycle>>;
  /** Records it in place of what was recorded before. */
  put(scope: Scope, record: Omit<DeploymentRecord, 'recordedAt'>): Promise<DeploymentRecord>;
}

/** What a deployment uses. */
export interface DeploymentRecord {
  readonly tenant: string;
  readonly id: string;
  readonly environment: Environment;
  /** "components/<id>/versions/<semver>", ascending. */
  readonly components: readonly string[];
  readonly generation: bigint;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}
