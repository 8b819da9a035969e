import type { Client } from '@weir/client';
import type { ComponentRequirement, ComponentServiceDefinition, ComponentVersion } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { satisfies } from 'semver';
import type { Dependency } from '../dependencies/dependency.ts';
import type { ComponentCatalogue, ServedVersion } from './component-catalogue.ts';

type Components = Client<typeof ComponentServiceDefinition>;

/** Components as the registry shows them. */
export function registryCatalogue(client: Components, registry: Dependency): ComponentCatalogue {
  const find = async (tenant: string, name: string, lockedDigest: string, signal: AbortSignal) =>
    (await registry.run((inner) => client.getComponent({ tenant, name, lockedDigest }, { signal: inner }), signal))
      .component;

  /** Where an alias points, so that it can be compared with what is served. */
  const aliased = async (tenant: string, { component, selector }: ComponentRequirement, signal: AbortSignal) =>
    selector?.$case === 'alias' ? find(tenant, `${component}/aliases/${selector.value}`, '', signal) : undefined;

  const servedIfItWillDo = async (
    tenant: string,
    requirement: ComponentRequirement,
    served: ServedVersion,
    signal: AbortSignal,
  ): Promise<ComponentVersion | undefined> => {
    const { selector } = requirement;
    const willDo =
      selector?.$case === 'range'
        ? satisfies(served.version.split('/').at(-1) ?? '', selector.value)
        : (await aliased(tenant, requirement, signal))?.name === served.version;
    return willDo ? find(tenant, served.version, served.digest, signal).catch(undefinedIfHidden) : undefined;
  };

  return {
    async resolve(tenant, requirement, served, signal) {
      const found = served && (await servedIfItWillDo(tenant, requirement, served, signal));
      if (found) return found;
      const request = { tenant, requirements: [requirement] };
      const { components } = await registry.run(
        (inner) => client.resolveComponents(request, { signal: inner }),
        signal,
      );
      const [component] = components;
      if (!component) throw new Error(`the registry resolved ${requirement.component} to nothing`);
      return component;
    },
  };
}

// A grant that ended hides what is served: then the registry says what will do instead, or why nothing does.
function undefinedIfHidden(error: unknown): undefined {
  if (isReason(error, 'COMPONENT_NOT_FOUND')) return undefined;
  throw error;
}
