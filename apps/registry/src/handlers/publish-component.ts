import {
  CompatibilityMode,
  type ComponentVersion,
  type PublishComponentRequest,
  type PublishComponentResponse,
} from '@weir/contracts/registry';
import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { contentDigest } from '../domain/canonical.ts';
import { compares, differences, isTransitive } from '../domain/compatibility.ts';
import { manifest } from '../domain/manifest/manifest.ts';
import { placeOf } from '../domain/published-version.ts';
import { fitting } from '../domain/status-room.ts';
import type { ComponentStore } from '../store/component-store.ts';

const modes: ReadonlySet<number> = new Set(Object.values(CompatibilityMode).filter((mode) => mode >= 0));

const Request = z.object({
  component: manifest(),
  compatibility: z.custom<CompatibilityMode>((mode) => typeof mode === 'number' && modes.has(mode), 'must be a mode'),
  validateOnly: z.boolean(),
});

/** PublishComponent: what is published never changes. */
export function publishComponent(components: ComponentStore): Unary<PublishComponentRequest, PublishComponentResponse> {
  return async (request, context) => {
    const { component: content, compatibility, validateOnly } = parse(Request, request);
    const { scope, principal } = context;
    const { name } = content;
    const place = placeOf(name);
    const digest = contentDigest(content);
    context.audit({ resource: name, details: { digest, validate_only: validateOnly } });

    if (!validateOnly) await components.hold(scope, place.component);
    const earlier = await components.published(scope, place);
    if (earlier && earlier.digest !== digest) throw reason('VERSION_EXISTS', earlier);
    if (!earlier) await refuseBreaking(components, scope, content, compatibility);
    if (!earlier && validateOnly) return { component: { ...content, digest }, created: true };
    if (!earlier) await components.publish(scope, content, digest, principal?.subject ?? '');

    return { component: (await components.find(scope, name))?.message, created: !earlier };
  };
}

const BATCH = 100;

/** Throws VERSION_INCOMPATIBLE with every difference that breaks the mode. */
async function refuseBreaking(
  components: ComponentStore,
  scope: Scope,
  candidate: ComponentVersion,
  mode: CompatibilityMode,
): Promise<void> {
  if (!compares(mode)) return;
  const batch = isTransitive(mode) ? BATCH : 1;
  for await (const baselines of components.lowerThan(scope, placeOf(candidate.name), batch)) {
    const breaking = baselines.flatMap(({ message }) =>
      differences(candidate, message, mode).filter((difference) => difference.breaking),
    );
    if (breaking.length > 0) throw incompatible(candidate.name, breaking);
    if (!isTransitive(mode)) return;
  }
}

const incompatible = (name: string, breaking: ReturnType<typeof differences>) =>
  reason(
    'VERSION_INCOMPATIBLE',
    { name, count: breaking.length, fields: [...new Set(breaking.map(({ field }) => field))].join(', ') },
    {
      violations: fitting(breaking, ({ description }) => description.repeat(2)).map(
        ({ field, reason, description, baseline }) => ({
          field: `component.${field}`,
          description: `${reason}: ${description} (compared with ${baseline})`,
        }),
      ),
    },
  );
