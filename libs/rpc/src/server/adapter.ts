import type * as grpc from '@grpc/grpc-js';
import { methodRules, type MethodDefinition, type MethodInfo } from '@weir/contracts';
import { codeName, reason, WeirError } from '@weir/errors';
import { createCall, type ArrivedCall, type Call, type MethodTypes, type Outcome, type WireCall } from '../call.ts';
import type { AnyHandler, Binding } from '../handler.ts';
import { compose, type Interceptor, type Next } from '../interceptor.ts';
import type { ServerParts } from '../parts.ts';
import { requestDecoder, responseEncoder } from './codec.ts';
import { pump } from './pump.ts';
import { requestsOf, type Requests } from './requests.ts';
import { toServiceError } from './to-service-error.ts';

type Definition = grpc.MethodDefinition<unknown, unknown>;
type Stream = WireCall & { emit(event: 'error', error: Error): boolean };

/** A service as grpc-js takes it, every call of it going through the interceptors. */
export interface AdaptedService {
  readonly definition: Readonly<Record<string, Definition>>;
  readonly implementation: Readonly<Record<string, grpc.UntypedHandleCall>>;
}

/**
 * Adapts a binding: grpc-js calls on one side, async functions and async generators on the other. Calls that stream
 * answers are in `streaming` while they do.
 */
export function adapt(
  binding: Binding,
  interceptors: readonly Interceptor[],
  parts: ServerParts,
  streaming: Set<Call>,
): AdaptedService {
  const definition: Record<string, Definition> = {};
  const implementation: Record<string, grpc.UntypedHandleCall> = {};
  for (const [key, method] of Object.entries(binding.definition.methods)) {
    const info = infoOf(`/${binding.definition.fullName}/${method.name}`);
    const handler = binding.handlers.get(key) ?? notBuilt(info);
    const steps = interceptors.map((interceptor) => interceptor(info, parts));
    definition[key] = definitionOf(info, method);
    const around = (handle: Next): Next => compose(steps, handle);
    implementation[key] = info.responseStream
      ? streamEntry(info, method, handler, around, streaming)
      : entryOf(info, method, handler, around);
  }
  return { definition, implementation };
}

function infoOf(path: string): MethodInfo {
  const info = methodRules().get(path);
  if (!info) throw new Error(`${path} is not in the descriptor set: run npm run gen`);
  return info;
}

const notBuilt =
  ({ path, responseStream }: MethodInfo): AnyHandler =>
  () => {
    const error = reason('METHOD_NOT_BUILT', { method: path });
    if (!responseStream) return Promise.reject(error);
    throw error;
  };

const definitionOf = (info: MethodInfo, { requestType, responseType }: MethodDefinition): Definition => ({
  path: info.path,
  requestStream: info.requestStream,
  responseStream: info.responseStream,
  requestSerialize: responseEncoder(requestType),
  requestDeserialize: requestDecoder(requestType),
  // Encoded below the interceptors that report failures.
  responseSerialize: (bytes) => bytes as Buffer,
  responseDeserialize: requestDecoder(responseType),
});

type Handle = (input: unknown, context: Call) => Promise<unknown> & AsyncIterable<unknown>;

// Handlers were checked against the service's definition by `bind`; here only the kind of the method is known.
const handleOf = (handler: AnyHandler): Handle => handler as unknown as Handle;

const inputOf = ({ requestStream }: MethodInfo): ((call: Call) => unknown) =>
  requestStream ? (call) => call.messages : (call) => call.request;

function entryOf(
  info: MethodInfo,
  types: MethodTypes,
  handler: AnyHandler,
  around: (handle: Next) => Next,
): grpc.UntypedHandleCall {
  const handle = handleOf(handler);
  const input = inputOf(info);
  const run = around((call) => handle(input(call), call));
  return (wire: WireCall & Wired, callback: grpc.sendUnaryData<unknown>) => {
    const call = receive(info, types, wire);
    run(call).then(
      (response) => {
        call.ended(SERVED);
        callback(null, response);
      },
      (error: unknown) => {
        call.ended(failed(error));
        callback(toServiceError(error));
      },
    );
  };
}

function streamEntry(
  info: MethodInfo,
  types: MethodTypes,
  handler: AnyHandler,
  around: (handle: Next) => Next,
  streaming: Set<Call>,
): grpc.UntypedHandleCall {
  const handle = handleOf(handler);
  const input = inputOf(info);
  return (wire: Stream & Wired & grpc.ServerWritableStream<unknown, unknown>) => {
    const call = receive(info, types, wire);
    streaming.add(call);
    around(() => pump(handle(input(call), call), wire, call))(call)
      .then(
        () => {
          call.ended(SERVED);
          wire.end();
        },
        (error: unknown) => {
          call.ended(failed(error));
          // `destroy(error)` would send no status.
          wire.emit('error', toServiceError(error));
        },
      )
      .finally(() => streaming.delete(call));
  };
}

const SERVED: Outcome = { code: 'OK', error: undefined };

const failed = (error: unknown): Outcome =>
  error instanceof WeirError ? { code: codeName(error.code), error } : { code: 'INTERNAL', error: undefined };

type Wired = { readonly request?: unknown };

function receive(info: MethodInfo, types: MethodTypes, wire: WireCall & Wired): ArrivedCall {
  const call = createCall(info, types, wire);
  const deadline = wire.getDeadline();
  call.deadline = deadline instanceof Date ? deadline.getTime() : deadline;
  if (info.requestStream) call.messages = requestsOf(wire as unknown as Requests);
  else call.request = wire.request;
  return call;
}
