import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createClient, fixedToken, openChannel, type Client } from '@weir/client';
import { ComponentServiceDefinition } from '@weir/contracts/registry';
import type pg from 'pg';
import { tenantId, type CatalogueSize } from './catalogue.ts';
import { connect } from './load-catalogue.ts';

/** A registry under test, and the database that it works on. */
export interface Subject extends AsyncDisposable {
  readonly size: CatalogueSize;
  readonly port: number;
  readonly admin: Caller;
  /** Some of the tenants. */
  readonly tenants: readonly Caller[];
  /** One connection to the same database, for what is compared. */
  readonly sql: pg.Client;
  readonly url: string;
}

/** Somebody who calls. */
export interface Caller {
  /** "tenant-0042", or "-" for the platform. */
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly components: Client<typeof ComponentServiceDefinition>;
}

const CALLERS = 32;
const SERVER = join(import.meta.dirname, '../../apps/registry/src/testing/bench-server.ts');

/** Starts a registry on a database, in a process of its own; it makes the tables if they are not there. */
export async function startSubject(url: string, size: CatalogueSize): Promise<Subject> {
  const stack = new AsyncDisposableStack();
  const ids = Array.from({ length: CALLERS }, (_, at) => tenantId(Math.floor((at * size.tenants) / CALLERS)));
  const child = fork(SERVER, [url, ...ids]);
  stack.defer(() => void child.kill());
  const [{ port, admin, tokens }] = (await once(child, 'message')) as [Started];
  const callerOf = (id: string, token: string): Caller => {
    const channel = stack.use(openChannel({ address: `127.0.0.1:${port}`, tokens: fixedToken(token) }));
    return { id, name: `tenants/${id}`, token, components: createClient(ComponentServiceDefinition, channel) };
  };
  return {
    size,
    port,
    url,
    admin: callerOf('-', admin),
    tenants: tokens.map((token, at) => callerOf(ids[at] ?? '', token)),
    sql: stack.use(await connect(url)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface Started {
  readonly port: number;
  readonly admin: string;
  readonly tokens: readonly string[];
}

/** One of several, by chance. */
export function any<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}
