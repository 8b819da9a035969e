import {
  Lifecycle,
  type SetLifecycleRequest,
  type SetLifecycleResponse,
  type VersionUse,
} from '@weir/contracts/registry';
import type { Scope } from '@weir/context';
import { invalid, reason } from '@weir/errors';
import { enumValue, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag } from '../domain/etag.ts';
import { isSame, nameOf, stepped } from '../domain/lifecycle.ts';
import { fitting } from '../domain/status-room.ts';
import type { ComponentStore } from '../store/component-store.ts';
import type { LifecycleStore } from '../store/lifecycle-store.ts';
import { componentNotFound, versionRef } from './component-fields.ts';

const Request = z
  .object({
    name: versionRef(),
    lifecycle: enumValue(Lifecycle),
    reason: text(0, 500),
    replacement: z.union([z.literal(''), versionRef()], 'must be "components/<id>/versions/<semver>"'),
    sunsetAt: z
      .date()
      .refine((time) => time.getTime() >= Date.now() - CLOCK_SKEW_MS, 'must not lie in the past')
      .optional(),
    force: z.boolean(),
    etag: z.string(),
    validateOnly: z.boolean(),
  })
  .superRefine(({ name, lifecycle, reason, replacement, sunsetAt, force }, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (force && reason === '') report('reason', 'is required with force');
    if (replacement === name) report('replacement', 'must not be the version itself');
    if (lifecycle === Lifecycle.SUNSET && !sunsetAt) report('sunsetAt', 'is required for SUNSET');
    if (lifecycle !== Lifecycle.SUNSET && sunsetAt) report('sunsetAt', 'is only for SUNSET');
  });

// "Now" by the caller's clock is not the past.
const CLOCK_SKEW_MS = 60_000;

/** What moving a version on needs. */
export interface LifecycleStores {
  readonly components: ComponentStore;
  readonly lifecycles: LifecycleStore;
}

/** SetLifecycle: one step on, or another note, and who uses the version. */
export function setLifecycle(stores: LifecycleStores): Unary<SetLifecycleRequest, SetLifecycleResponse> {
  const { components, lifecycles } = stores;
  return async (request, context) => {
    const step = parse(Request, request);
    const { name, force, etag, validateOnly } = step;
    const { scope } = context;

    const current = await lifecycles.hold(scope, name);
    if (!current) throw componentNotFound(name);
    checkEtag(name, etag, current.revision);
    const next = stepped(name, current, { ...step, sunsetAt: step.sunsetAt });
    await refuseReplacement(lifecycles, scope, step.replacement, current.replacement);
    const use = await lifecycles.use(scope, current);
    const moves = next.lifecycle !== current.lifecycle;
    const forced = moves && next.lifecycle >= Lifecycle.SUNSET && use.liveDeployments > 0n;
    if (forced && !force && !validateOnly) throw inUse(name, use);
    const record = { ...next, forced: moves ? forced : current.forced };
    context.audit({
      details: {
        from: nameOf(current.lifecycle),
        to: nameOf(next.lifecycle),
        reason: next.reason,
        forced,
        live_deployments: Number(use.liveDeployments),
        validate_only: validateOnly,
      },
    });
    if (!validateOnly && !isSame(record, current)) await lifecycles.set(scope, current, record);

    return { component: (await components.find(scope, name))?.message, use };
  };
}

async function refuseReplacement(store: LifecycleStore, scope: Scope, wanted: string, present: string): Promise<void> {
  if (wanted === '' || wanted === present || (await store.isActive(scope, wanted))) return;
  throw invalid([{ field: 'replacement', description: 'must be an ACTIVE version' }]);
}

function inUse(name: string, { liveDeployments, tenants }: VersionUse) {
  const deployments = tenants.flatMap(({ deployments }) => deployments);
  const named = fitting(deployments, (deployment) => deployment.repeat(2));
  return reason(
    'VERSION_IN_USE',
    { name, deployments: liveDeployments },
    {
      preconditions: named.map((subject) => ({ type: 'LIVE_DEPLOYMENT', subject, description: `${subject} uses it` })),
    },
  );
}
