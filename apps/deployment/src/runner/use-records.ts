import { UsageServiceDefinition, type Environment } from '@weir/contracts/registry';
import { Code, isReason, WeirError } from '@weir/errors';
import type { Client } from '@weir/client';
import type { Logger } from 'pino';
import type { Lane, Rollout } from '../domain/lane.ts';
import type { Seen } from '../domain/next-step.ts';

/** Tells the registry which versions deployments use. */
export interface UseRecords {
  /** Brings the record of a rollout up to date, as far as the registry answers. */
  follow(lane: Lane, rollout: Rollout): Promise<void>;
  of(deployment: string): { readonly recorded: number; readonly refusal: Seen['refusal'] };
  /** Forgets what is known of other deployments. */
  keepOnly(deployments: ReadonlySet<string>): void;
}

type Known = { recorded: number; refusal: Seen['refusal'] };

const UNKNOWN: Known = { recorded: 0, refusal: undefined };
const FINAL: ReadonlySet<Code> = new Set([Code.NOT_FOUND, Code.FAILED_PRECONDITION, Code.ABORTED]);

/** Records uses by UsageService.RecordDeploymentUse; what does not get through is tried again. */
export function useRecords(
  usage: Pick<Client<typeof UsageServiceDefinition>, 'recordDeploymentUse'>,
  log: Logger,
): UseRecords {
  const known = new Map<string, Known>();

  return {
    async follow(lane, { name, use }) {
      const { recorded } = known.get(name) ?? UNKNOWN;
      if (Math.max(recorded, use.recorded) >= use.generation) return;
      const request = {
        deployment: name,
        environment: lane.environment as Environment,
        components: use.versions,
        generation: BigInt(use.generation),
      };
      try {
        await usage.recordDeploymentUse(request, { timeoutMs: 5_000 });
        known.set(name, { recorded: use.generation, refusal: undefined });
      } catch (error) {
        known.set(name, { recorded: refusedFor(error, use.generation, log), refusal: refusalOf(error) });
      }
    },
    of: (deployment) => known.get(deployment) ?? UNKNOWN,
    keepOnly(deployments) {
      for (const name of [...known.keys()]) if (!deployments.has(name)) known.delete(name);
    },
  };
}

/** A registry that keeps no such record has none to keep: the rollout goes on without. */
function refusedFor(error: unknown, generation: number, log: Logger): number {
  if (isReason(error, 'METHOD_NOT_BUILT') || isReason(error, 'UNKNOWN_METHOD')) return generation;
  log.warn({ err: error }, 'the registry was not told which versions a deployment uses; trying again');
  return 0;
}

const refusalOf = (error: unknown): Seen['refusal'] =>
  error instanceof WeirError && FINAL.has(error.code)
    ? { reason: error.reason, description: error.message }
    : undefined;
