import type { Client } from '@weir/client';
import type { Environment, UsageServiceDefinition } from '@weir/contracts/registry';
import { Code, isReason, WeirError } from '@weir/errors';
import type { Logger } from 'pino';
import type { Lane, Rollout } from '../domain/lane.ts';
import type { Seen } from '../domain/next-step.ts';

/** What the registry said of the use of a deployment. */
export interface UseKnown {
  /** The generation that it has recorded. */
  readonly recorded: number;
  /** Why it refused for good. */
  readonly refusal: Seen['refusal'];
}

/** Tells the registry which versions deployments use. */
export interface UseRecords {
  /** Brings the record of a rollout up to date in the background, as soon as the registry answers. */
  follow(lane: Lane, rollout: Rollout): void;
  of(deployment: string): UseKnown;
  /** Forgets what is known of other deployments. */
  keepOnly(deployments: ReadonlySet<string>): void;
  /** Called whenever the registry has answered. */
  onChange(listener: () => void): void;
}

const UNKNOWN: UseKnown = { recorded: 0, refusal: undefined };
const FINAL: ReadonlySet<Code> = new Set([Code.NOT_FOUND, Code.FAILED_PRECONDITION, Code.ABORTED]);
const TIMEOUT_MS = 5_000;
const RETRY_MS = 1_000;

/** Records uses by UsageService.RecordDeploymentUse; what does not get through is tried again. */
export function useRecords(
  usage: Pick<Client<typeof UsageServiceDefinition>, 'recordDeploymentUse'>,
  log: Logger,
): UseRecords {
  const known = new Map<string, UseKnown>();
  const notBefore = new Map<string, number>();
  let changed = (): void => undefined;

  async function tell({ environment }: Lane, { name, use }: Rollout): Promise<void> {
    const generation = BigInt(use.generation);
    const place = environment as Environment;
    const request = { deployment: name, environment: place, components: use.versions, generation };
    try {
      await usage.recordDeploymentUse(request, { timeoutMs: TIMEOUT_MS });
      known.set(name, { recorded: use.generation, refusal: undefined });
    } catch (error) {
      log.warn({ err: error, deployment: name }, 'the registry did not record which versions a deployment uses');
      known.set(name, { recorded: keepsNone(error) ? use.generation : 0, refusal: refusalOf(error) });
    }
    changed();
  }

  return {
    follow(lane, rollout) {
      const { name, use } = rollout;
      const recorded = Math.max(known.get(name)?.recorded ?? 0, use.recorded);
      if (recorded >= use.generation || Date.now() < (notBefore.get(name) ?? 0)) return;
      notBefore.set(name, Date.now() + RETRY_MS);
      void tell(lane, rollout);
    },
    of: (deployment) => known.get(deployment) ?? UNKNOWN,
    keepOnly(deployments) {
      for (const name of [...known.keys()]) if (!deployments.has(name)) known.delete(name);
      for (const name of [...notBefore.keys()]) if (!deployments.has(name)) notBefore.delete(name);
    },
    onChange(listener) {
      changed = listener;
    },
  };
}

/** A registry that keeps no such record has none to keep: the rollout goes on without. */
const keepsNone = (error: unknown): boolean => isReason(error, 'METHOD_NOT_BUILT') || isReason(error, 'UNKNOWN_METHOD');

const refusalOf = (error: unknown): Seen['refusal'] =>
  error instanceof WeirError && FINAL.has(error.code)
    ? { reason: error.reason, description: error.message }
    : undefined;
