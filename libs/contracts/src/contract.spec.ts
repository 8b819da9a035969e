import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { fileRegistry, methodRules, methodsWithoutRule, type MethodInfo } from './index.ts';
import { Audit, Effect, Permission, Sensitivity, TenantScope } from './gen/index.weir.options.v1.ts';

const methods = [...methodRules().values()];
const services = new Set(methods.map(({ service }) => service.split('.')[1]));

const pathsOf = (some: readonly MethodInfo[]): string[] => some.map(({ path }) => path).sort();

const messageOf = (type: string): DescMessage | undefined => fileRegistry().getMessage(type);

/** The field at the end of a path of field names: "job.tenant". */
function fieldAt(type: string, path: string): DescField | undefined {
  let message = messageOf(type);
  let field: DescField | undefined;
  for (const name of path.split('.')) {
    field = message?.fields.find((candidate) => candidate.name === name);
    message = field?.fieldKind === 'message' ? field.message : undefined;
  }
  return field;
}

describe('the contract', () => {
  it('gives every method a complete rule', () => {
    expect(methods.length).toBeGreaterThan(90);
    expect(methodsWithoutRule()).toEqual([]);
  });

  it('has the five services', () => {
    expect([...services].sort()).toEqual(['agent', 'audit', 'deployment', 'registry', 'security']);
  });

  it('lets only services call that exist', () => {
    const strange = methods.filter(({ rule }) => rule.callers.some((caller) => !services.has(caller)));

    expect(pathsOf(strange)).toEqual([]);
  });

  it('names the tenant in a string of the request', () => {
    const strange = methods.filter(({ requestType, rule }) => {
      const field = fieldAt(requestType, rule.tenantField);
      return rule.tenantScope === TenantScope.FIELD && field?.scalar !== ScalarType.STRING;
    });

    expect(pathsOf(strange)).toEqual([]);
  });

  it('carries a request_id in a string', () => {
    const carrying = methods.filter(({ hasRequestId }) => hasRequestId);
    const strange = carrying.filter(
      ({ requestType }) => fieldAt(requestType, 'request_id')?.scalar !== ScalarType.STRING,
    );

    expect(carrying.length).toBeGreaterThan(30);
    expect(pathsOf(strange)).toEqual([]);
  });

  // A renewed lease is renewed; the answer with a secret in it is not kept for a repeat.
  it('makes a change safe to repeat, with two exceptions', () => {
    const unsafe = methods.filter(({ rule, hasRequestId }) => rule.effect === Effect.TRANSACTION && !hasRequestId);

    expect(pathsOf(unsafe)).toEqual([
      '/weir.registry.v1.UsageService/RenewJobSlot',
      '/weir.security.v1.PrincipalService/CreateClientSecret',
    ]);
  });

  it('promises no repetition of what changes nothing', () => {
    expect(pathsOf(methods.filter(({ rule, hasRequestId }) => rule.effect === Effect.READ && hasRequestId))).toEqual(
      [],
    );
  });

  it('bounds every list by pages', () => {
    const lists = methods.filter(({ method }) => /^(List|Query|Discover)/.test(method));
    const paged = ({ requestType }: MethodInfo): boolean =>
      ['page_size', 'page_token'].every((name) => fieldAt(requestType, name) !== undefined);

    expect(pathsOf(lists.filter((method) => !paged(method)))).toEqual([]);
  });

  it('asks nobody for a token only where there is nothing to protect', () => {
    const open = methods.filter(({ rule }) => rule.permission === Permission.PUBLIC);

    expect(pathsOf(open)).toEqual([
      '/weir.security.v1.TokenService/GetJwks',
      '/weir.security.v1.TokenService/IssueToken',
    ]);
  });

  // The agent records the run that it gives to a worker; events would beget events, and so would what is sealed for
  // them; leases are renewed by the second.
  it('records every change, with four exceptions', () => {
    const unrecorded = methods.filter(({ rule }) => rule.effect !== Effect.READ && rule.audit !== Audit.ALWAYS);

    expect(pathsOf(unrecorded)).toEqual([
      '/weir.agent.v1.WorkerService/Execute',
      '/weir.audit.v1.AuditService/RecordEvents',
      '/weir.registry.v1.UsageService/RenewJobSlot',
      '/weir.security.v1.CryptoService/SealDetails',
    ]);
  });

  it('records every use of a secret', () => {
    const unrecorded = methods.filter(
      ({ rule }) => rule.sensitivity === Sensitivity.CRITICAL && rule.audit !== Audit.ALWAYS,
    );

    expect(pathsOf(unrecorded)).toEqual(['/weir.security.v1.TokenService/IntrospectToken']);
  });
});
