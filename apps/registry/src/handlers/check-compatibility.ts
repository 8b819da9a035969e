import {
  CompatibilityMode,
  type CheckCompatibilityRequest,
  type CheckCompatibilityResponse,
  type CompatibilityDifference,
  type ComponentVersion,
} from '@weir/contracts/registry';
import type { Scope } from '@weir/context';
import { enumValue, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { compares, differences, isTransitive } from '../domain/compatibility.ts';
import { manifest } from '../domain/manifest/manifest.ts';
import { list } from '../domain/manifest/rules.ts';
import { placeOf, type PublishedVersion } from '../domain/published-version.ts';
import type { ComponentStore } from '../store/component-store.ts';
import { componentNotFound, versionRef, viewer } from './component-fields.ts';

const Request = z.object({
  tenant: viewer(),
  candidate: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('version'), value: versionRef() }),
      z.object({ $case: z.literal('component'), value: manifest() }),
    ],
    'must be a version or a component',
  ),
  mode: enumValue(CompatibilityMode),
  baselines: list(versionRef(), 0, 100),
});

const MAX_DIFFERENCES = 10_000;
const BATCH = 100;

/** CheckCompatibility: every difference that matters between a version and those it may stand in for. */
export function checkCompatibility(
  components: ComponentStore,
): Unary<CheckCompatibilityRequest, CheckCompatibilityResponse> {
  return async (request, { scope }) => {
    const { candidate, mode, baselines } = parse(Request, request);
    const judged = candidate.$case === 'component' ? candidate.value : await find(components, scope, candidate.value);

    const found: CompatibilityDifference[] = [];
    const compared: string[] = [];
    let compatible = true;
    for await (const batch of baselinesOf(components, scope, judged, mode, baselines)) {
      for (const { message } of batch) {
        const differing = differences(judged, message, mode);
        compared.push(message.name);
        compatible &&= !differing.some(({ breaking }) => breaking);
        found.push(...differing.slice(0, MAX_DIFFERENCES - found.length));
      }
    }

    return { compatible, differences: found, baselines: compared };
  };
}

async function find(components: ComponentStore, scope: Scope, name: string): Promise<ComponentVersion> {
  const found = await components.find(scope, name);
  if (!found) throw componentNotFound(name);
  return found.message;
}

/** The versions named, or those that the mode chooses, highest first. */
async function* baselinesOf(
  components: ComponentStore,
  scope: Scope,
  { name }: ComponentVersion,
  mode: CompatibilityMode,
  named: readonly string[],
): AsyncGenerator<PublishedVersion[]> {
  if (named.length > 0) {
    const messages = await Promise.all([...new Set(named)].map((baseline) => find(components, scope, baseline)));
    yield messages
      .map((message) => ({ ...placeOf(message.name), message }))
      .sort((a, b) => (a.component === b.component ? (a.key < b.key ? 1 : -1) : a.component < b.component ? -1 : 1));
  } else if (isTransitive(mode)) yield* components.lowerThan(scope, placeOf(name), BATCH);
  else if (compares(mode)) yield* first(components.lowerThan(scope, placeOf(name), 1));
}

async function* first<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    return;
  }
}
