import {
  encodeMessage,
  methodRules,
  type MethodDefinition,
  type MethodInfo,
  type ServiceDefinition,
} from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import { randomUUID } from 'node:crypto';
import type { Callee } from './from-status.ts';

/** A method as calls of it need it. */
export interface Method extends Callee {
  readonly info: MethodInfo;
  /** Whether it takes no token. */
  readonly isPublic: boolean;
  /** Fills a partial request with defaults, and an empty `request_id` with a fresh one. */
  readonly fill: (partial: unknown) => unknown;
  readonly encode: (message: unknown) => Buffer;
  readonly decode: (bytes: Buffer) => unknown;
}

/** Reads what the contract says of a method. */
export function methodOf(service: ServiceDefinition, definition: MethodDefinition): Method {
  const path = `/${service.fullName}/${definition.name}`;
  const info = methodRules().get(path);
  if (!info) throw new Error(`${path} is not in the descriptor set: run npm run gen`);
  const { requestType, responseType } = definition;
  return {
    path,
    info,
    // "weir.registry.v1.TenantService" is the registry's.
    dependency: info.service.split('.')[1] ?? info.service,
    isPublic: info.rule.permission === Permission.PUBLIC,
    fill(partial) {
      // The types were checked where the client was made; here a message is just an object.
      const message = requestType.fromPartial(partial as never);
      return info.hasRequestId && !info.requestStream ? withRequestId(message) : message;
    },
    encode: (message) => encodeMessage(requestType, message),
    decode: (bytes) => responseType.decode(bytes),
  };
}

const withRequestId = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'requestId' in message && message.requestId === ''
    ? { ...message, requestId: randomUUID() }
    : message;
