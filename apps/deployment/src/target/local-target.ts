import { Target as TargetKind } from '@weir/contracts/deployment';
import { localColour, type LocalColour, type LocalTargetOptions } from './local-colour.ts';
import type { Target } from './target.ts';

/** Worker processes on the machine of the service. They end with it. */
export function localTarget(options: LocalTargetOptions): Target {
  const colours = new Map<string, LocalColour>();
  let changed = (): void => undefined;

  return {
    kind: TargetKind.LOCAL,
    ensure(spec, replicas) {
      const colour = colours.get(spec.deployment) ?? localColour(options, spec, () => changed());
      colours.set(spec.deployment, colour);
      colour.bringTo(replicas);
    },
    remove(deployment) {
      const colour = colours.get(deployment);
      colour?.bringTo(0);
      if (colour?.replicas().length === 0) colours.delete(deployment);
    },
    kill: (deployment, replicas) => colours.get(deployment)?.kill(replicas),
    replicas: (deployment) => colours.get(deployment)?.replicas() ?? [],
    failedStarts: (deployment) => colours.get(deployment)?.failed() ?? 0,
    deployments: () => [...colours.keys()],
    onChange(listener) {
      changed = listener;
    },
    async [Symbol.asyncDispose]() {
      changed = () => undefined;
      const all = [...colours.values()];
      for (const colour of all) colour.bringTo(0);
      await Promise.all(all.map((colour) => colour.ended()));
    },
  };
}
