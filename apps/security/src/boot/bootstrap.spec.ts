import { startJournal } from '@weir/audit-outbox';
import { platformScope } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { testDatabase, type TestDatabase } from '@weir/testing';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { NOTHING_WAIVED } from '../domain/access/obligations.ts';
import { masterKey } from '../keys/master-key.ts';
import { buildSecurity } from '../parts.ts';
import { databaseMigrations, type Schema } from '../store/schema.ts';
import { soon } from '../testing/refusal.ts';
import { startBootstrap } from './bootstrap.ts';

const log = pino({ level: 'silent' });
const master = masterKey(randomBytes(32));
const AGENT = { tenant: '', id: 'agent' };
let test: TestDatabase<Schema>;
let folder: string;
const delivered: Event[] = [];
beforeAll(async () => {
  test = await testDatabase<Schema>({ migrations: databaseMigrations });
  folder = mkdtempSync(join(tmpdir(), 'weir-boot-'));
}, 60_000);
afterAll(async () => {
  await test[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Boots until it is ready or says why it is not, and answers with that and with the parts. */
async function boot(key = master, waived = NOTHING_WAIVED) {
  await using stack = new AsyncDisposableStack();
  const { database } = test;
  const options = { issuer: 'weir', defaultLifetimeMs: 1, jwksMaxAgeMs: 1, secretHashCost: 4, waived };
  const scans = { threads: 1, queue: 1 };
  const parts = buildSecurity({ database, master: key, log, scans, ...options });
  stack.use(parts.feed);
  const deliver = (events: Event[]) => Promise.resolve(void delivered.push(...events));
  const journal = stack.use(startJournal({ service: 'security', database, deliver, log, limit: 100 }));
  const paths = { adminSecretFile: join(folder, 'admin.secret'), serviceSecretsDir: folder };
  const bootstrap = stack.use(startBootstrap({ ...parts, ...paths, database, journal, log }));
  const beginning = bootstrap.ready();
  const problem = await soon(() => (bootstrap.ready() === beginning ? undefined : { text: bootstrap.ready() }));
  return { parts, problem: problem.text };
}

describe('the first boot', () => {
  it('leaves the secret of the administrator in a file, which later boots do not touch', async () => {
    const { parts } = await boot();
    const path = join(folder, 'admin.secret');
    const secret = readFileSync(path, 'utf8').trim();

    await boot();

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8').trim()).toBe(secret);
    const client = await parts.clients.authenticate('principals/admin', secret, '127.0.0.1:1');
    expect(client.principal.id).toBe('admin');
  });

  it('makes one key that signs, and one administrator, however many replicas boot', async () => {
    const booted = await Promise.all([boot(), boot(), boot()]);

    expect(booted.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined]);
    expect(await booted[0].parts.keys.all(platformScope())).toHaveLength(1);
  });

  it('puts on record that settings waive what is demanded', async () => {
    await boot(master, { encryption: true, piiDetection: false });
    const waived = (): (string | undefined)[] =>
      delivered.filter(({ type }) => type === 'safeguard_waived').map(({ resource }) => resource);
    // What a boot had no time to deliver is delivered by a later one.
    for (let boots = 0; boots < 20 && waived().length === 0; boots += 1) await boot();

    expect([...new Set(waived())]).toEqual(['DATA_ENCRYPTION']);
  });

  it('tells when the master key is not the one that the keys are sealed under', async () => {
    const { problem } = await boot(masterKey(randomBytes(32)));

    expect(problem).toMatch(/^MASTER_KEY_FILE does not open the signing key/);
  });
});

describe('the identity of a service', () => {
  const file = () => join(folder, 'agent.secret');
  const secrets = [
    'the first secret of the agent, long enough',
    'the second secret of the agent, long enough',
  ] as const;

  it('takes over the secret of its file, and a new one when the file changes', async () => {
    for (const secret of secrets) {
      writeFileSync(file(), `${secret}\n`);
      const { parts } = await boot();
      expect(await parts.clients.authenticate('principals/agent', secret, 'peer')).toMatchObject({ secretId: 'file' });
    }
    const { parts } = await boot();
    await expect(parts.clients.authenticate('principals/agent', secrets[0], 'peer')).rejects.toThrow(
      'do not let anyone in',
    );
  });

  it('stays revoked when an administrator revoked it, until the file changes', async () => {
    const { parts } = await boot();
    await parts.secrets.revoke(platformScope(), AGENT, 'file');

    await boot();

    await expect(parts.clients.authenticate('principals/agent', secrets[1], 'peer')).rejects.toThrow(
      'do not let anyone in',
    );
  });

  it('refuses a secret that is too short, and names the file', async () => {
    writeFileSync(file(), 'short');

    expect((await boot()).problem).toContain('agent.secret');
  });
});
