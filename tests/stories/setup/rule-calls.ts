import type { DescMethod } from '@bufbuild/protobuf';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { methodRules, type MethodInfo } from '@weir/contracts';
import { AuditServiceDefinition, Outcome, type Event } from '@weir/contracts/audit';
import { Audit, TenantScope } from '@weir/contracts/options';
import { Code } from '@weir/errors';
import { allMethods } from './hostile.ts';
import { rawClient } from './raw-call.ts';
import type { MeshFacts } from './start-mesh.ts';
import { addressOf, type Actor } from './story.ts';

/** A call that was made, and what the rule of its method says must be on record of it. */
export interface RuleCall {
  readonly path: string;
  readonly rule: MethodInfo['rule'];
  readonly trace: string;
  /** How it ended for the caller; undefined where the caller ended it. */
  readonly code: number | undefined;
}

const REFUSALS: readonly number[] = [
  Code.UNAUTHENTICATED,
  Code.PERMISSION_DENIED,
  Code.RESOURCE_EXHAUSTED,
  Code.INVALID_ARGUMENT,
];
const TIMEOUT_MS = { unary: 30_000, stream: 4_000 } as const;
const PATIENCE = 120;

/** The path of a method, as in ":path". */
export const pathOf = ({ parent, name }: DescMethod): string => `/${parent.typeName}/${name}`;

/** Every method that the mesh serves; a worker is no part of it. */
export const servedMethods = (): DescMethod[] =>
  allMethods().filter(({ parent }) => !parent.typeName.endsWith('WorkerService'));

/** The rule of a method. */
export function ruleOf(method: DescMethod): MethodInfo['rule'] {
  const info = methodRules().get(pathOf(method));
  if (!info) throw new Error(`${pathOf(method)} has no rule`);
  return info.rule;
}

/** Where the tenant of a request goes; undefined where it names none. */
export function tenantIn(method: DescMethod, name: string): { path: string; name: string } | undefined {
  const { tenantScope, tenantField } = ruleOf(method);
  return tenantScope === TenantScope.FIELD ? { path: tenantField, name } : undefined;
}

/** Calls a method under a trace of its own. */
export async function callByRule(
  mesh: MeshFacts,
  method: DescMethod,
  request: Uint8Array,
  token: string | undefined,
): Promise<RuleCall> {
  const trace = randomBytes(16).toString('hex');
  const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
  const deadlineMs = method.methodKind === 'unary' ? TIMEOUT_MS.unary : TIMEOUT_MS.stream;
  using client = rawClient(addressOf(mesh, method.parent.typeName.split('.')[1] ?? ''));
  const { code } = await client.any(pathOf(method), request, token, { deadlineMs, traceparent });
  return { path: pathOf(method), rule: ruleOf(method), trace, code };
}

/** Runs work on items, some at a time. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return results;
}

/** Which outcome must be on record, by the rule and how the call ended; undefined: no event. */
function declared({ rule, code = -1 }: RuleCall): Outcome | undefined {
  const isRefusal = REFUSALS.includes(code);
  if (rule.audit === Audit.NEVER || (rule.audit === Audit.REFUSALS && !isRefusal)) return undefined;
  if (code === 0) return Outcome.SUCCEEDED;
  return isRefusal ? Outcome.REFUSED : Outcome.FAILED;
}

/** What differs between the rules and the record, once everything has had the time to arrive. */
export async function differencesOf(
  admin: Actor,
  tenants: string | readonly string[],
  calls: readonly RuleCall[],
  since: Date,
) {
  for (let tries = 0; ; tries += 1) {
    const events = await recordedSince(admin, [tenants, 'tenants/platform'].flat(), since);
    const wrong = calls.flatMap((call) => {
      const [expected, found] = [declared(call), events.get(`${call.trace} ${call.path}`)?.outcome];
      return expected === found ? [] : [`${call.path}, code ${call.code}: declared ${expected}, on record ${found}`];
    });
    if (wrong.length === 0 || tries === PATIENCE) return wrong;
    await wait(500);
  }
}

/** Events by trace and method. */
export async function recordedSince(admin: Actor, logs: readonly string[], since: Date): Promise<Map<string, Event>> {
  const found = new Map<string, Event>();
  const audit = admin.client(AuditServiceDefinition);
  for (const tenant of logs) {
    for (let pageToken = '', more = true; more;) {
      const page = await audit.queryEvents({ tenant, filter: { startTime: since }, pageSize: 1_000, pageToken });
      for (const { event } of page.events) if (event) found.set(`${event.traceId} /${event.method}`, event);
      pageToken = page.nextPageToken;
      more = pageToken !== '';
    }
  }
  return found;
}
