import {
  ComponentServiceDefinition,
  Environment,
  StopReason,
  Tenant,
  TenantServiceDefinition,
  TenantState,
  UsageServiceDefinition,
  type ComponentVersion,
  type JobSlot,
  type ReleaseJobSlotRequest,
} from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { bind, type Binding } from '@weir/rpc';
import { maxSatisfying } from 'semver';
import { durationOf } from '../domain/durations.ts';

/** A registry that tests can turn the knobs of. It lends real slots: bounded, fenced, counted. */
export interface FakeRegistry {
  readonly bindings: Binding[];
  readonly tenants: Map<string, Tenant>;
  readonly components: ComponentVersion[];
  /** The slots that are out, by job. */
  readonly slots: Map<string, JobSlot>;
  readonly released: ReleaseJobSlotRequest[];
  /** What the next renewals answer. */
  stopReason: StopReason;
  maxSlots: number;
}

/** A registry with the tenants acme and globex. */
export function fakeRegistry(): FakeRegistry {
  const registry: Omit<FakeRegistry, 'bindings'> = {
    tenants: new Map(['acme', 'globex'].map((id) => [`tenants/${id}`, tenant(id)])),
    components: [],
    slots: new Map(),
    released: [],
    stopReason: StopReason.UNSPECIFIED,
    maxSlots: 10,
  };
  return Object.assign(registry, { bindings: [tenants(registry), components(registry), usage(registry)] });
}

/** An active tenant without limits. */
export const tenant = (id: string): Tenant =>
  Tenant.fromPartial({
    name: `tenants/${id}`,
    displayName: id,
    state: TenantState.ACTIVE,
    allowedEnvironments: [Environment.DEVELOPMENT, Environment.PRODUCTION],
  });

type State = Omit<FakeRegistry, 'bindings'>;

const tenants = (state: State): Binding =>
  bind(TenantServiceDefinition, {
    getTenant: async ({ name }) => {
      const found = state.tenants.get(name);
      if (!found) throw reason('TENANT_NOT_FOUND', { tenant: name });
      return { tenant: found };
    },
  });

const components = (state: State): Binding =>
  bind(ComponentServiceDefinition, {
    getComponent: async ({ name }) => {
      const component = state.components.find((version) => version.name === name);
      if (!component) throw reason('COMPONENT_NOT_FOUND', { name });
      return { component };
    },
    resolveComponents: async ({ requirements }) => {
      const found = requirements.map(({ component, selector }) => {
        const range = selector?.value ?? '*';
        const versions = state.components.filter(({ name }) => name.startsWith(`${component}/versions/`));
        const best = maxSatisfying(
          versions.map(({ name }) => name.split('/').at(-1) ?? ''),
          range,
        );
        const version = versions.find(({ name }) => name.endsWith(`/${best}`));
        if (!version) throw reason('RESOLUTION_CONFLICT', { conflicts: `${component}@${range}` });
        return version;
      });
      return { lock: undefined, components: found };
    },
  });

const usage = (state: State): Binding => {
  let lastToken = 0n;
  const held = (name: string, token: bigint): JobSlot => {
    const slot = [...state.slots.values()].find((live) => live.name === name && live.fencingToken === token);
    if (!slot) throw reason('SLOT_LOST', { slot: name, fencing_token: token, problem: 'it was released' });
    return slot;
  };
  return bind(UsageServiceDefinition, {
    acquireJobSlot: async ({ tenant: owner, job }) => {
      if (!state.slots.has(job) && state.slots.size >= state.maxSlots) {
        throw reason('JOB_SLOTS_EXHAUSTED', { tenant: owner, limit: state.maxSlots }, { retryAfterMs: 50 });
      }
      lastToken += 1n;
      const name = `${owner}/slots/slot-${lastToken}`;
      const slot = { name, job, fencingToken: lastToken, acquiredAt: new Date(), expiresAt: undefined };
      state.slots.set(job, slot);
      return { slot, activeJobs: state.slots.size, maxConcurrentJobs: state.maxSlots };
    },
    renewJobSlot: async ({ name, fencingToken }) => ({ slot: held(name, fencingToken), stopReason: state.stopReason }),
    releaseJobSlot: async (request) => {
      state.slots.delete(held(request.name, request.fencingToken).job);
      state.released.push(request);
      return { processingTime: durationOf(1), expired: false };
    },
  });
};
