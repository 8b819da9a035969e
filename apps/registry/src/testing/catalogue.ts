import type { DeepPartial } from '@weir/contracts';
import type { ComponentVersion, Grant } from '@weir/contracts/registry';
import { sampleTenant, sampleVersion } from './samples.ts';
import type { TestRegistry } from './start-registry.ts';

/** What tests say about a catalogue, in few words. */
export interface Catalogue {
  tenant(id: string, fields?: Parameters<typeof sampleTenant>[0]): Promise<void>;
  publish(component: string, version: string, fields?: DeepPartial<ComponentVersion>): Promise<ComponentVersion>;
  grant(tenant: string, component: string, range?: string, expiresAt?: Date): Promise<Grant>;
  /** The names ("csv-profiler 1.0.0") that a tenant finds, page by page; "-" is the platform. */
  find(tenant: string, filter?: object, pageSize?: number): Promise<string[]>;
}

/** "csv-profiler 1.0.0" for "components/csv-profiler/versions/1.0.0". */
export const shortName = (name: string): string => name.replace('components/', '').replace('/versions/', ' ');

/** The catalogue of a registry. */
export function catalogueOf(registry: TestRegistry): Catalogue {
  const { admin } = registry;
  return {
    async tenant(id, fields) {
      await admin.tenants.createTenant({ tenantId: id, tenant: sampleTenant(fields) });
    },
    async publish(component, version, fields) {
      const published = await admin.components.publishComponent({
        component: sampleVersion(component, version, fields),
      });
      if (!published.component) throw new Error('nothing was published');
      return published.component;
    },
    async grant(tenant, component, range = '*', expiresAt) {
      const grant = { tenant: `tenants/${tenant}`, component: `components/${component}`, range, expiresAt };
      const granted = await admin.components.grantAccess({ grant });
      if (!granted.grant) throw new Error('nothing was granted');
      return granted.grant;
    },
    async find(tenant, filter = {}, pageSize = 50) {
      const { components } = tenant === '-' ? admin : registry.of(tenant);
      const names: string[] = [];
      let pageToken = '';
      do {
        const page = await components.discoverComponents({ tenant: `tenants/${tenant}`, filter, pageSize, pageToken });
        names.push(...page.components.map(({ name }) => shortName(name)));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return names;
    },
  };
}
