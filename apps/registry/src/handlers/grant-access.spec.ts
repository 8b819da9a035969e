import { Clearance } from '@weir/contracts/registry';
import { catalogueOf, type Catalogue } from '../testing/catalogue.ts';
import { fieldsOf, reasonOf } from '../testing/failures.ts';
import { startTestRegistry, type TestRegistry } from '../testing/start-registry.ts';

let registry: TestRegistry;
let catalogue: Catalogue;
beforeAll(async () => {
  registry = await startTestRegistry();
  catalogue = catalogueOf(registry);
  for (const version of ['1.0.0', '1.1.0', '2.0.0', '2.1.0-beta.1', '3.0.0']) await catalogue.publish('tool', version);
}, 60_000);
afterAll(() => registry[Symbol.asyncDispose]());

let made = 0;
const tenant = async (): Promise<string> => {
  const id = `tenant-${(made += 1)}-x`;
  await catalogue.tenant(id);
  return id;
};
const grantOf = (id: string, range: string, expiresAt?: Date) => ({
  grant: { tenant: `tenants/${id}`, component: 'components/tool', range, expiresAt },
});

describe('GrantAccess', () => {
  it('shows the versions of a range at once, those published later too', async () => {
    const id = await tenant();
    const { visibleVersions } = await registry.admin.components.grantAccess(grantOf(id, '^1.0.0'));
    expect(visibleVersions).toBe(2n);
    expect(await catalogue.find(id)).toEqual(['tool 1.1.0', 'tool 1.0.0']);
    await catalogue.publish('tool', '1.2.0');
    expect(await catalogue.find(id)).toEqual(['tool 1.2.0', 'tool 1.1.0', 'tool 1.0.0']);
  });

  it('adds up with other grants, listing nothing twice', async () => {
    const id = await tenant();
    await catalogue.grant(id, 'tool', '>=1.1.0 <=2.0.0');
    await catalogue.grant(id, 'tool', '1.1.0 || 3.x');
    await catalogue.grant(id, 'tool', '>=2.1.0-beta <2.1.0');
    expect(await catalogue.find(id)).toEqual([
      'tool 3.0.0',
      'tool 2.1.0-beta.1',
      'tool 2.0.0',
      'tool 1.2.0',
      'tool 1.1.0',
    ]);
  });

  it('keeps the grant and replaces its end when it is given again', async () => {
    const id = await tenant();
    const first = await catalogue.grant(id, 'tool', '^2');
    const end = new Date(Date.now() + 3_600_000);
    const again = await catalogue.grant(id, 'tool', '^2', end);
    expect(again).toMatchObject({ name: first.name, expiresAt: end });
    expect(again.etag).not.toBe(first.etag);
    expect(await catalogue.grant(id, 'tool', '^2', end)).toEqual(again);
  });

  it('ends when it expires, while others go on', async () => {
    const id = await tenant();
    await catalogue.grant(id, 'tool', '*', new Date(Date.now() + 60_000));
    await catalogue.grant(id, 'tool', '3');
    expect(await catalogue.find(id)).toHaveLength(5);
    await registry.behind.elapse('visible_spans', 'expires_at', '1 hour');
    expect(await catalogue.find(id)).toEqual(['tool 3.0.0']);
  });

  it('counts nothing as visible above the ceiling', async () => {
    await catalogue.publish('vault', '1.0.0', { clearance: Clearance.RESTRICTED });
    const id = await tenant();
    const grant = { tenant: `tenants/${id}`, component: 'components/vault', range: '*' };
    expect((await registry.admin.components.grantAccess({ grant })).visibleVersions).toBe(0n);
    const raised = { name: `tenants/${id}`, clearanceCeiling: Clearance.RESTRICTED };
    await registry.admin.tenants.updateTenant({ tenant: raised, updateMask: ['clearance_ceiling'] });
    expect(await catalogue.find(id)).toEqual(['vault 1.0.0']);
    await registry.admin.tenants.updateTenant({
      tenant: { ...raised, clearanceCeiling: Clearance.PUBLIC },
      updateMask: ['clearance_ceiling'],
    });
    expect(await catalogue.find(id)).toEqual([]);
  });

  it('shows a deleted tenant nothing', async () => {
    const id = await tenant();
    await catalogue.grant(id, 'tool');
    await registry.admin.tenants.deleteTenant({ name: `tenants/${id}` });
    expect((await registry.admin.components.discoverComponents({ tenant: `tenants/${id}` })).components).toEqual([]);
  });

  it('refuses what cannot be granted', async () => {
    const id = await tenant();
    const { grantAccess } = registry.admin.components;
    const broken = { grant: { tenant: 'tenants/X', component: 'tool', range: 'banana', expiresAt: new Date(0) } };
    expect(await fieldsOf(grantAccess(broken))).toEqual([
      'grant.tenant',
      'grant.component',
      'grant.range',
      'grant.expires_at',
    ]);
    expect(await reasonOf(grantAccess(grantOf('nobody', '*')))).toBe('TENANT_NOT_FOUND');
    const unknown = { tenant: `tenants/${id}`, component: 'components/unknown', range: '*' };
    expect(await reasonOf(grantAccess({ grant: unknown }))).toBe('COMPONENT_NOT_FOUND');
    await registry.admin.tenants.deleteTenant({ name: `tenants/${id}` });
    expect(await reasonOf(grantAccess(grantOf(id, '*')))).toBe('TENANT_DELETED');
  });

  it('ends with one grant per range, however many are given at once', async () => {
    const id = await tenant();
    const names = await Promise.all(Array.from({ length: 12 }, () => catalogue.grant(id, 'tool', '^1')));
    expect(new Set(names.map(({ name }) => name)).size).toBe(1);
    await Promise.all(['^2', '^3', '~1.0', '*'].map((range) => catalogue.grant(id, 'tool', range)));
    expect(await catalogue.find(id)).toHaveLength(5);
  });
});

describe('RevokeAccess', () => {
  it('takes a grant back at once; other grants still hold', async () => {
    const id = await tenant();
    const wide = await catalogue.grant(id, 'tool', '*');
    await catalogue.grant(id, 'tool', '^3');
    const { grant } = await registry.admin.components.revokeAccess({ name: wide.name, reason: 'moved on' });
    expect(grant?.revokedAt).toBeInstanceOf(Date);
    expect(await catalogue.find(id)).toEqual(['tool 3.0.0']);
    expect(await registry.admin.components.revokeAccess({ name: wide.name, reason: 'again' })).toEqual({ grant });
  });

  it('is followed by a new grant when access is granted again', async () => {
    const id = await tenant();
    const first = await catalogue.grant(id, 'tool', '^1');
    await registry.admin.components.revokeAccess({ name: first.name, reason: 'mistake' });
    const second = await catalogue.grant(id, 'tool', '^1');
    expect(second.name).not.toBe(first.name);
    expect(await catalogue.find(id)).toHaveLength(3);
  });

  it('refuses unknown grants and stale etags', async () => {
    const id = await tenant();
    const grant = await catalogue.grant(id, 'tool', '^1');
    const { revokeAccess } = registry.admin.components;
    expect(await reasonOf(revokeAccess({ name: `tenants/${id}/grants/none`, reason: 'x' }))).toBe('GRANT_NOT_FOUND');
    expect(await reasonOf(revokeAccess({ name: grant.name, reason: 'x', etag: '99' }))).toBe('ETAG_MISMATCH');
  });
});

describe('ListGrants', () => {
  it('lists by tenant, component and id, without what has ended unless asked', async () => {
    const id = await tenant();
    const ended = await catalogue.grant(id, 'tool', '^1');
    await catalogue.grant(id, 'tool', '^2');
    await catalogue.grant(id, 'vault', '*');
    await registry.admin.components.revokeAccess({ name: ended.name, reason: 'done' });
    const ranges = async (request: object) => {
      const { grants } = await registry.of(id).components.listGrants({ tenant: `tenants/${id}`, ...request });
      return grants.map(({ component, range, grantedBy }) => `${component.slice(11)} ${range} ${grantedBy}`.trim());
    };
    expect(await ranges({})).toEqual(['tool ^2', 'vault *']);
    expect((await ranges({ showEnded: true })).sort()).toEqual(['tool ^1', 'tool ^2', 'vault *']);
    expect(await ranges({ component: 'components/vault' })).toEqual(['vault *']);
  });

  it('pages over all tenants for the platform only', async () => {
    const all: string[] = [];
    let pageToken = '';
    do {
      const page = await registry.admin.components.listGrants({ tenant: 'tenants/-', pageSize: 4, pageToken });
      all.push(...page.grants.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all).size).toBe(all.length);
    expect(await reasonOf(registry.of('acme').components.listGrants({ tenant: 'tenants/-' }))).toBe('FOREIGN_TENANT');
  });
});
