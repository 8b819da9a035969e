import { create, toBinary, type DescField, type DescMessage, type DescMethod } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { fileRegistry } from '@weir/contracts';

/** Every method of every weir service, from the descriptor set. */
export function allMethods(): DescMethod[] {
  const services = [...fileRegistry()].filter((type) => type.kind === 'service');
  return services.filter(({ typeName }) => typeName.startsWith('weir.')).flatMap(({ methods }) => methods);
}

/** Those with one request and one answer. */
export const unaryMethods = (): DescMethod[] => allMethods().filter(({ methodKind }) => methodKind === 'unary');

/** A request in which every string field, however deep, holds this text; `tenant` goes where the rule looks for it. */
export function requestWith(method: DescMethod, text: string, tenant?: { path: string; name: string }): Uint8Array {
  const message = create(method.input);
  fill(reflect(method.input, message), text, 0);
  if (tenant) put(reflect(method.input, message), tenant.path.split('.'), tenant.name);
  return toBinary(method.input, message);
}

/** A request that says nothing but whose it is. */
export function plainRequest(method: DescMethod, tenant?: { path: string; name: string }): Uint8Array {
  const message = create(method.input);
  if (tenant) put(reflect(method.input, message), tenant.path.split('.'), tenant.name);
  return toBinary(method.input, message);
}

type Reflected = ReturnType<typeof reflect<DescMessage>>;

const MAX_DEPTH = 6;

function fill(message: Reflected, text: string, depth: number): void {
  for (const field of message.fields) {
    if (field.oneof && message.oneofCase(field.oneof)) continue;
    fillField(message, field, text, depth);
  }
}

function fillField(message: Reflected, field: DescField, text: string, depth: number): void {
  if (field.fieldKind === 'scalar' && field.scalar === STRING) message.set(field, text);
  else if (field.fieldKind === 'list' && field.listKind === 'scalar' && field.scalar === STRING) {
    message.get(field).add(text);
  } else if (field.fieldKind === 'message' && depth < MAX_DEPTH && field.message.typeName.startsWith('weir.')) {
    const inner = reflect(field.message, create(field.message));
    fill(inner, text, depth + 1);
    message.set(field, inner);
  }
}

// google.protobuf.FieldDescriptorProto.Type.TYPE_STRING
const STRING = 9;

function put(message: Reflected, [name, ...rest]: readonly string[], value: string): void {
  const field = message.fields.find((candidate) => candidate.name === name);
  if (!field) throw new Error(`${message.desc.typeName} has no field ${name}`);
  if (rest.length === 0) message.set(field, value);
  else if (field.fieldKind === 'message') {
    const inner = message.get(field);
    put(inner, rest, value);
    message.set(field, inner);
  }
}
