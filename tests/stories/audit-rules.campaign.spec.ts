import { methodRules } from '@weir/contracts';
import { AuditServiceDefinition, Outcome, ReportKind, type Event } from '@weir/contracts/audit';
import { Audit } from '@weir/contracts/options';
import { Role } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import type { Mesh } from '@weir/mesh';
import { callEveryMethod } from './setup/every-method/every-method.ts';
import { TENANT as LIVED } from './setup/every-method/people.ts';
import type { TracedCall } from './setup/every-method/traced.ts';
import { plainRequest, requestWith } from './setup/hostile.ts';
import {
  callByRule,
  differencesOf,
  eachOf,
  pathOf,
  recordedSince,
  ruleOf,
  servedMethods,
  tenantIn,
} from './setup/rule-calls.ts';
import { factsOf, temporaryMesh, type MeshFacts } from './setup/start-mesh.ts';
import { administrator, tenantWith, type Actor } from './setup/story.ts';

const TENANT = 'tenants/campaign-rules';
const PLATFORM = 'tenants/platform';

describe('what the rule of a method declares', () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshFacts;
  let admin: Actor;
  let insider: Actor;
  let stranger: Actor;

  beforeAll(async () => {
    // A mesh of its own: signing keys are rotated, tenants suspended and deleted.
    const own: Mesh = stack.use(await temporaryMesh());
    mesh = factsOf(own);
    admin = stack.use(administrator(mesh));
    insider = stack.use(await tenantWith(admin, mesh, 'campaign-rules', Role.DATA_ADMIN));
    stranger = stack.use(await tenantWith(admin, mesh, 'campaign-strangers', Role.DATA_ADMIN));
  }, 120_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  const outcomesOf = (calls: readonly TracedCall[]) => Map.groupBy(calls, ({ path }) => path);

  it('is on record of every method that serves, with all that its event must say', async () => {
    const since = new Date();
    const { calls, owner } = await callEveryMethod(mesh, admin, stack);

    const unbuilt = await unbuiltMethods();
    const missed = servedMethods()
      .map(pathOf)
      .filter((path) => !outcomesOf(calls).has(path) && !unbuilt.has(path));
    expect(missed).toEqual([]);
    const built = calls.filter(({ path }) => !unbuilt.has(path));
    expect(built.filter(({ code }) => code !== undefined && code !== Code.OK)).toEqual([]);

    const settled = built.filter(({ code }) => code !== undefined);
    expect(await differencesOf(admin, LIVED, settled, since)).toEqual([]);
    const events = await recordedSince(admin, [LIVED, PLATFORM], since);
    const wrong = built.flatMap((call) => problemsOf(call, events.get(`${call.trace} ${call.path}`)));
    expect(wrong).toEqual([]);
    expect(await missingFields(owner)).toEqual([]);
  }, 300_000);

  /** Methods that answer UNIMPLEMENTED, whoever asks. */
  async function unbuiltMethods(): Promise<ReadonlySet<string>> {
    const token = await admin.token();
    const calls = await eachOf(servedMethods(), (method) =>
      callByRule(mesh, method, plainRequest(method, tenantIn(method, TENANT)), token),
    );
    return new Set(calls.filter(({ code }) => code === Code.UNIMPLEMENTED).map(({ path }) => path));
  }

  /** What the coverage report of the tenant finds to be missing. */
  async function missingFields(owner: Actor): Promise<string[]> {
    const [startTime, endTime] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)];
    const request = { tenant: LIVED, kind: ReportKind.COVERAGE, startTime, endTime };
    const { report } = await owner.client(AuditServiceDefinition).generateReport(request);
    return (report?.coverage ?? []).flatMap(({ method, missingFields: fields }) =>
      fields.map(({ field, eventCount }) => `${method} lacks ${field} ${eventCount} times`),
    );
  }

  it('is on record of every method that refuses: strangers, bad requests, nobody', async () => {
    const since = new Date();
    const tokens = [await insider.token(), await stranger.token(), undefined];
    const attempts = servedMethods().flatMap((method) => {
      const tenant = tenantIn(method, TENANT);
      const requests = [plainRequest(method, tenant), requestWith(method, 'x', tenant)];
      return tokens.flatMap((token) => requests.map((request) => ({ method, request, token })));
    });
    const calls = await eachOf(attempts, ({ method, request, token }) => callByRule(mesh, method, request, token));

    // What a deadline ends is told to the caller before the service knows.
    const settled = calls.filter(({ code }) => code !== Code.DEADLINE_EXCEEDED);
    const refused = new Set(settled.filter(({ code }) => code === Code.PERMISSION_DENIED).map(({ path }) => path));
    const closed = servedMethods().filter(
      (method) => ruleOf(method).tenantScope === 2 && ruleOf(method).permission > 2,
    );
    expect(closed.map(pathOf).filter((path) => !refused.has(path))).toEqual([]);
    const logs = [TENANT, 'tenants/campaign-strangers'];
    expect(await differencesOf(admin, logs, settled, since)).toEqual([]);
  }, 300_000);
});

/** What an event does not say as the rule of its method has it. */
function problemsOf({ path, rule, code, trace, caller }: TracedCall, event: Event | undefined): string[] {
  if (rule.audit !== Audit.ALWAYS)
    return event && code === Code.OK ? [`${path} left an event of a call that it served`] : [];
  if (!event) return [`${path} left no event`];
  const type = rule.eventType || (methodRules().get(path)?.method ?? '').replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
  const wrong = [
    event.type !== type && `type ${event.type}`,
    event.sensitivity < rule.sensitivity && `sensitivity ${event.sensitivity}`,
    event.service !== path.split('.')[1] && `service ${event.service}`,
    event.principal !== caller && `principal ${event.principal}`,
    event.traceId !== trace && `trace ${event.traceId}`,
    event.resource === '' && 'no resource',
    event.duration === undefined && 'no duration',
    code === Code.OK && event.outcome !== Outcome.SUCCEEDED && `outcome ${event.outcome}`,
  ];
  return wrong.filter((problem) => problem !== false).map((problem) => `${path}: ${problem}`);
}
