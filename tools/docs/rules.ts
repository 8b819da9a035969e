import { methodRules, type MethodInfo } from '@weir/contracts';
import { Audit, Effect, Permission, Sensitivity, TenantScope } from '@weir/contracts/options';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/rules.md: what every method asks of its caller and leaves behind. */
export function rulesPage(): string {
  const methods = [...methodRules().values()].sort((a, b) => a.service.localeCompare(b.service));
  const services = [...Map.groupBy(methods, ({ service }) => service)].map(
    ([service, own]) => `### ${service}\n\n${table(HEAD, own.map(row))}`,
  );
  const callers = table(['Service', 'May call, with its own identity'], callersOf(methods));
  return [
    generatedFrom('the method options in proto/'),
    INTRODUCTION,
    '## Methods',
    ...services,
    CALLERS,
    callers,
    PERSONS,
    table(['Method', 'Detail', 'About'], methods.flatMap(personalRows)),
  ].join('\n\n');
}

const HEAD = ['Method', 'Permission', 'Tenant', 'Audited', 'Sensitivity', 'Effect', 'Services'];

const row = ({ method, rule, requestStream, responseStream }: MethodInfo): string[] => [
  `${method}${requestStream || responseStream ? ` (${streams(requestStream, responseStream)})` : ''}`,
  nameOf(Permission, rule.permission),
  rule.tenantScope === TenantScope.FIELD ? code(rule.tenantField) : nameOf(TenantScope, rule.tenantScope),
  nameOf(Audit, rule.audit) + (rule.eventType ? ` as ${code(rule.eventType)}` : ''),
  nameOf(Sensitivity, rule.sensitivity),
  nameOf(Effect, rule.effect),
  rule.callers.join(', '),
];

const streams = (request: boolean, response: boolean): string =>
  request && response ? 'streams both ways' : request ? 'client streams' : 'server streams';

const nameOf = (names: Readonly<Record<string, number>>, value: number): string =>
  (Object.entries(names).find(([, number]) => number === value)?.[0] ?? `${value}`).toLowerCase();

function callersOf(methods: readonly MethodInfo[]): string[][] {
  const pairs = methods.flatMap(({ service, method, rule }) =>
    rule.callers.map((caller) => ({ caller, call: `${service.split('.').at(-1) ?? service}/${method}` })),
  );
  return [...Map.groupBy(pairs, ({ caller }) => caller)]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([caller, calls]) => [caller, calls.map(({ call }) => code(call)).join(', ')]);
}

const personalRows = ({ service, method, rule }: MethodInfo): string[][] =>
  rule.personal.map(({ detail, subjectFields }) => [
    code(`${service.split('.').at(-1) ?? service}/${method}`),
    code(detail),
    subjectFields.length === 0 ? 'the caller' : `whom ${subjectFields.map(code).join(' and ')} name`,
  ]);

const INTRODUCTION = `# Rules

Every method declares its rule beside it in the proto file (\`weir.options.v1.rule\`). The server enforces it, clients derive
their retries from it, and this page is read from the same descriptor set.

- **Permission**: what the token must grant. \`public\` needs no token, \`authenticated\` any valid one.
- **Tenant**: the request field that names the tenant, which must be the token's own; \`platform\`: a token bound to a tenant
  is refused (unless the permission is public or authenticated); \`token\`: the tenant of the token.
- **Audited**: \`always\`, \`refusals\` or \`never\`.
- **Effect**: \`read\`, \`transaction\` (the change, its audit event and the answer to a repeat commit together) or \`workflow\`.
- **Services**: which services may call it with their own identity, for any tenant.`;

const CALLERS = '## Calls between services';

const PERSONS = `## Details about persons

Sealed under a key of the person in the events of a tenant that asks for it ([audit-log.md](audit-log.md#what-is-sealed)).`;
