import {
  getExtension,
  hasExtension,
  isMessage,
  toBinary,
  type DescExtension,
  type DescMethod,
} from '@bufbuild/protobuf';
import { fileRegistry } from './descriptors.ts';
import { MethodRule } from './gen/index.weir.options.v1.ts';

/** A method of the contract, with the rule that its option carries. */
export interface MethodInfo {
  /** "/weir.registry.v1.TenantService/GetTenant" */
  readonly path: string;
  /** "weir.registry.v1.TenantService" */
  readonly service: string;
  /** "GetTenant" */
  readonly method: string;
  /** "weir.registry.v1.GetTenantRequest" */
  readonly requestType: string;
  readonly rule: MethodRule;
  /** Whether the request has a `request_id`, which makes a repeat safe. */
  readonly hasRequestId: boolean;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

let rules: ReadonlyMap<string, MethodInfo> | undefined;

/** Every method of every weir service by its path. */
export const methodRules = (): ReadonlyMap<string, MethodInfo> => (rules ??= new Map(describeMethods()));

/** The names of the methods that declare no rule, or leave a part of it out. Must be empty. */
export const methodsWithoutRule = (): string[] =>
  [...methodRules().values()].filter(({ rule }) => !isComplete(rule)).map(({ path }) => path);

function* describeMethods(): Iterable<[string, MethodInfo]> {
  const extension = fileRegistry().getExtension('weir.options.v1.rule');
  if (!extension) throw new Error('the descriptor set has no weir.options.v1.rule: run npm run gen');
  for (const type of fileRegistry()) {
    if (type.kind !== 'service' || !type.typeName.startsWith('weir.')) continue;
    for (const method of type.methods) {
      const info = describe(method, extension);
      yield [info.path, info];
    }
  }
}

const describe = (method: DescMethod, extension: DescExtension): MethodInfo => ({
  path: `/${method.parent.typeName}/${method.name}`,
  service: method.parent.typeName,
  method: method.name,
  requestType: method.input.typeName,
  rule: readRule(method, extension),
  hasRequestId: method.input.fields.some(({ name }) => name === 'request_id'),
  requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
  responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
});

function readRule(method: DescMethod, extension: DescExtension): MethodRule {
  const options = method.proto.options;
  if (!options || !extension.message || !hasExtension(options, extension)) return MethodRule.create();
  const value = getExtension(options, extension);
  return isMessage(value, extension.message)
    ? MethodRule.decode(toBinary(extension.message, value))
    : MethodRule.create();
}

const isComplete = (rule: MethodRule): boolean =>
  rule.permission > 0 &&
  rule.tenantScope > 0 &&
  rule.audit > 0 &&
  rule.sensitivity > 0 &&
  rule.effect > 0 &&
  (rule.tenantScope === 2) === (rule.tenantField !== '');
