import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { logVerdict } from '@weir/client';
import { AuditServiceDefinition, Outcome } from '@weir/contracts/audit';
import { Clearance, Environment, TenantServiceDefinition, Tier } from '@weir/contracts/registry';
import type { Actor } from './story.ts';

const PLATFORM = 'tenants/platform';
const PATIENCE_MS = 60_000;

/** What came of a load. */
export interface LoadResult {
  /** The tenants that were answered for, by sender, in the order in which they were made. */
  readonly confirmed: readonly (readonly string[])[];
  /** What calls failed with that were not repeated by the client. */
  readonly failures: readonly unknown[];
}

/** Changes in the registry, one after the other for each sender, until `stop` aborts. */
export async function makeTenants(
  admin: Actor,
  prefix: string,
  senders: number,
  stop: AbortSignal,
  failures: unknown[] = [],
): Promise<LoadResult> {
  const confirmed = await Promise.all(
    Array.from({ length: senders }, (_, sender) => send(admin, `${prefix}-s${sender}`, stop, failures)),
  );
  return { confirmed, failures };
}

/** Every other tenant is asked for once, whatever comes of it; the rest until it is answered for. */
async function send(admin: Actor, prefix: string, stop: AbortSignal, failures: unknown[]): Promise<string[]> {
  const tenants = admin.client(TenantServiceDefinition);
  const confirmed: string[] = [];
  for (let number = 0; !stop.aborted; number += 1) {
    const tenantId = `${prefix}-${number}`;
    const once = number % 2 === 1;
    const request = { tenantId, requestId: once ? '' : randomUUID(), tenant: { displayName: tenantId, ...ANY } };
    for (let isOver = false; !isOver;) {
      try {
        await tenants.createTenant(request, { timeoutMs: 20_000 });
        confirmed.push(`tenants/${tenantId}`);
        isOver = true;
      } catch (error) {
        failures.push(error);
        isOver = once;
        await wait(50);
      }
    }
  }
  return confirmed;
}

const ANY = {
  tier: Tier.PROFESSIONAL,
  allowedEnvironments: [Environment.DEVELOPMENT],
  clearanceCeiling: Clearance.PUBLIC,
};

/**
 * Finds what a load left: the tenants that there are, and those that the log tells of, in its order. Waits until as
 * many events have arrived as there are tenants, or a minute.
 */
export async function whatIsThere(admin: Actor, prefix: string) {
  const tenants = await tenantsThere(admin, prefix);
  const since = Date.now();
  for (let recorded = await tenantsOnRecord(admin, prefix); ; recorded = await tenantsOnRecord(admin, prefix)) {
    if (recorded.length >= tenants.length || Date.now() - since > PATIENCE_MS) return { tenants, recorded };
    await wait(200);
  }
}

async function tenantsThere(admin: Actor, prefix: string): Promise<string[]> {
  const found: string[] = [];
  const tenants = admin.client(TenantServiceDefinition);
  for (let pageToken = '', more = true; more;) {
    const page = await eventually(() => tenants.listTenants({ pageSize: 1_000, pageToken }));
    found.push(...page.tenants.map(({ name }) => name));
    pageToken = page.nextPageToken;
    more = pageToken !== '';
  }
  return found.filter((name) => name.startsWith(`tenants/${prefix}-`));
}

async function tenantsOnRecord(admin: Actor, prefix: string): Promise<string[]> {
  const found: string[] = [];
  const filter = { types: ['create_tenant'], outcomes: [Outcome.SUCCEEDED] };
  for (let pageToken = '', more = true; more;) {
    const request = { tenant: PLATFORM, filter, pageSize: 1_000, pageToken };
    const page = await eventually(() => admin.client(AuditServiceDefinition).queryEvents(request));
    found.push(...page.events.map(({ event }) => event?.resource ?? ''));
    pageToken = page.nextPageToken;
    more = pageToken !== '';
  }
  return found.filter((name) => name.startsWith(`tenants/${prefix}-`)).toReversed();
}

/** A channel that lost its peer connects again within two seconds or so. */
export async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
    const [result] = await Promise.allSettled([work()]);
    if (result.status === 'fulfilled') return result.value;
    await wait(100);
  }
  return work();
}

/** What must hold after a load, whatever happened meanwhile. */
export async function expectNothingLost(admin: Actor, prefix: string, { confirmed }: LoadResult): Promise<void> {
  const { tenants, recorded } = await whatIsThere(admin, prefix);
  // Each change that was made is on record once, and no other.
  expect(recorded.toSorted()).toEqual(tenants.toSorted());
  for (const [sender, names] of confirmed.entries()) {
    // Those that were answered for among those of the sender on record, in the same order.
    const known = new Set(names);
    expect(recorded.filter((name) => known.has(name))).toEqual(names);
    const numbers = recorded.flatMap((name) => /-s(\d+)-(\d+)$/.exec(name)?.slice(1).map(Number) ?? []);
    const own = numbers.filter((_, at) => at % 2 === 1 && numbers[at - 1] === sender);
    expect(own).toEqual(own.toSorted((a, b) => a - b));
  }
  const { verdict } = await eventually(() =>
    logVerdict(admin.client(AuditServiceDefinition).verifyLog({ tenant: PLATFORM })),
  );
  expect(verdict.$case).toBe('consistent');
}
