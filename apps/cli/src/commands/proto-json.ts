import { create, fromBinary, fromJsonString, toBinary, toJson, type DescMessage } from '@bufbuild/protobuf';
import { fileRegistry, type MessageType } from '@weir/contracts';

/** Reads a message from canonical proto3 JSON, as grpcurl takes it: "2s" for a duration, enum values by their names. */
export function messageFromJson(typeName: string, type: MessageType<unknown>, json: string): unknown {
  const schema = schemaOf(typeName);
  const registry = fileRegistry();
  const message = json.trim() === '' ? create(schema) : fromJsonString(schema, json, { registry });
  return type.decode(toBinary(schema, message));
}

/** A message as canonical proto3 JSON. */
export function messageToJson(typeName: string, type: MessageType<unknown>, message: unknown): unknown {
  const schema = schemaOf(typeName);
  return toJson(schema, fromBinary(schema, type.encode(message).finish()), { registry: fileRegistry() });
}

function schemaOf(typeName: string): DescMessage {
  const schema = fileRegistry().getMessage(typeName);
  if (!schema) throw new Error(`the contract has no message ${typeName}`);
  return schema;
}
