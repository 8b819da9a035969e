import { setTimeout as wait } from 'node:timers/promises';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { PrincipalServiceDefinition } from '@weir/contracts/security';
import { SERVICES, type Mesh, type ServiceName } from '@weir/mesh';
import { factsOf, temporaryMesh } from './setup/start-mesh.ts';
import { administrator, createTenant, type Actor } from './setup/story.ts';

const READY_MS = 60_000;
const PLATFORM = 'tenants/platform';

/** Waits until it does not fail: a channel that lost its peer connects again within two seconds or so. */
async function eventually(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const failed = await work().then(
      () => false,
      () => true,
    );
    if (!failed) return;
    await wait(100);
  }
  await work();
}

describe('kill -9', () => {
  let mesh: Mesh;
  let admin: Actor;

  beforeAll(async () => {
    mesh = await temporaryMesh();
    admin = administrator(factsOf(mesh));
    await admin.token();
  }, 90_000);

  afterAll(async () => {
    await admin[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  }, 60_000);

  /** What each service is asked, to see whether it serves. */
  const questions: Partial<Record<ServiceName, () => Promise<unknown>>> = {
    registry: () => admin.client(TenantServiceDefinition).listTenants({ pageSize: 1 }),
    security: () => admin.client(PrincipalServiceDefinition).getPrincipal({ name: 'principals/admin' }),
    audit: () => admin.client(AuditServiceDefinition).getCheckpoint({ tenant: PLATFORM }),
  };

  const allReady = () => Promise.all(SERVICES.map((service) => mesh.services[service].whenReady(READY_MS)));

  const allAnswer = async (but?: ServiceName): Promise<void> => {
    for (const service of SERVICES) if (service !== but) await questions[service]?.();
  };

  it.each(SERVICES)(
    'of %s leaves the others serving, and the mesh is whole again',
    async (victim) => {
      const before = mesh.services[victim].pid();
      await mesh.services[victim].kill('SIGKILL');

      await allAnswer(victim);
      await allReady();
      await eventually(allAnswer);
      expect(mesh.services[victim].pid()).not.toBe(before);
    },
    READY_MS + 30_000,
  );

  it(
    'of the database ends no service, and nothing that was answered is lost',
    async () => {
      await createTenant(admin, 'before-crash');
      const services = SERVICES.map((service) => mesh.services[service].pid());
      process.kill(mesh.databasePid() ?? 0, 'SIGKILL');

      await wait(1_000);
      await allReady();
      await eventually(allAnswer);

      expect(SERVICES.map((service) => mesh.services[service].pid())).toEqual(services);
      const { tenant } = await admin.client(TenantServiceDefinition).getTenant({ name: 'tenants/before-crash' });
      expect(tenant?.displayName).toBe('before-crash');
    },
    READY_MS + 30_000,
  );

  it(
    'of audit loses no event: what changed meanwhile is in the log once it is back',
    async () => {
      await mesh.services.audit.kill('SIGKILL');
      const ids = ['down-one', 'down-two', 'down-three'];
      for (const id of ids) await createTenant(admin, id);
      await allReady();

      const wanted = ids.map((id) => `tenants/${id}`);
      const audit = admin.client(AuditServiceDefinition);
      const filter = { types: ['create_tenant'] };
      let found: string[] = [];
      for (let tries = 0; tries < 600 && found.length < wanted.length; tries += 1) {
        await wait(50);
        // Its own channel may still be about to connect again.
        const answer = await audit.queryEvents({ tenant: PLATFORM, filter, pageSize: 100 }).catch(() => undefined);
        const resources = answer?.events.map(({ event }) => event?.resource ?? '') ?? [];
        found = resources.filter((resource) => wanted.includes(resource));
      }

      // Newest first, each exactly once, in the order in which it happened.
      expect(found).toEqual(wanted.toReversed());
    },
    READY_MS + 30_000,
  );
});
