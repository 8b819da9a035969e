import { Role } from '@weir/contracts/security';
import pg from 'pg';
import { administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

interface Table {
  readonly table: string;
  readonly secured: boolean;
  readonly forced: boolean;
  readonly policies: number;
}

const TABLES = `
  select c.relname as table, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p')
    and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped)
  order by 1`;

describe('the second barrier between tenants, row-level security', () => {
  const mesh = sharedMesh();
  const services = Object.keys(mesh.databases);
  let admin: Actor;
  let one: Actor;
  let other: Actor;
  let database: pg.Client;

  beforeAll(async () => {
    admin = administrator(mesh);
    one = await tenantWith(admin, mesh, 'story-inside', Role.DATA_ADMIN);
    other = await tenantWith(admin, mesh, 'story-outside', Role.DATA_ADMIN);
  });
  afterAll(async () => {
    for (const actor of [one, other, admin]) await actor[Symbol.asyncDispose]();
  });
  afterEach(() => database.end());

  /** As the service itself connects: the first barrier, its authorize step, is not there at all. */
  const open = async (service: string): Promise<Table[]> => {
    database = new pg.Client({ connectionString: mesh.databases[service] });
    await database.connect();
    const { rows } = await database.query<Table>(TABLES);
    expect(rows.length).toBeGreaterThan(0);
    return rows;
  };
  const countIn = async (table: string, where = 'true'): Promise<number> => {
    const { rows } = await database.query<{ found: number }>(
      `select count(*)::int as found from ${pg.escapeIdentifier(table)} where ${where}`,
    );
    return rows[0]?.found ?? NaN;
  };
  /** The rows that a statement changed; none when it is refused, as it is where the log is append-only. */
  const rowsOf = (statement: string): Promise<number> =>
    database.query(statement).then(
      ({ rowCount }) => rowCount ?? 0,
      () => 0,
    );
  const seeAs = (tenant: string) => database.query(`select set_config('weir.tenant', $1, false)`, [tenant]);

  it.each(services)(
    'stands in every table of %s that has a tenant, and its role cannot step over it',
    async (service) => {
      const tables = await open(service);

      const unprotected = tables.filter(({ secured, forced, policies }) => !secured || !forced || policies === 0);
      const role = await database.query('select rolsuper, rolbypassrls from pg_roles where rolname = current_user');

      expect(unprotected).toEqual([]);
      expect(role.rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
    },
  );

  it.each(services)('shows, changes and takes nothing of another tenant in %s', async (service) => {
    const tables = await open(service);
    const crossed: string[] = [];
    for (const { table } of tables) {
      await seeAs('story-outside');
      const name = pg.escapeIdentifier(table);
      if ((await countIn(table, `tenant <> 'story-outside'`)) > 0) crossed.push(`${table}: reads`);
      if ((await rowsOf(`update ${name} set tenant = tenant where tenant <> 'story-outside'`)) > 0)
        crossed.push(`${table}: updates`);
      if ((await rowsOf(`update ${name} set tenant = 'story-inside' where tenant = 'story-outside'`)) > 0)
        crossed.push(`${table}: moves`);
      await seeAs('');
      if ((await countIn(table)) > 0) crossed.push(`${table}: shows rows to nobody in particular`);
    }
    expect(crossed).toEqual([]);
  });

  it('has something to hide: the rows that nobody else sees are there', async () => {
    await open('security');
    await seeAs('story-inside');
    expect(await countIn('principals')).toBe(1);
    await seeAs('*');
    expect(await countIn('principals', `tenant = 'story-inside'`)).toBe(1);
  });
});
