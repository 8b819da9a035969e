import type { CallContext } from '@weir/context';
import type { MethodDefinition, RequestOf, ResponseOf, ServiceDefinition } from '@weir/contracts';

/** One request, one response. */
export type Unary<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** One request, many responses: an async generator. It ends when `context.signal` aborts. */
export type ServerStream<Request, Response> = (request: Request, context: CallContext) => AsyncIterable<Response>;

/** Many requests, one response. */
export type ClientStream<Request, Response> = (
  requests: AsyncIterable<Request>,
  context: CallContext,
) => Promise<Response>;

/** Many requests, many responses. */
export type Bidi<Request, Response> = (
  requests: AsyncIterable<Request>,
  context: CallContext,
) => AsyncIterable<Response>;

/** The shape that the handler of a method must have. */
export type HandlerOf<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? Bidi<RequestOf<M>, ResponseOf<M>>
    : ClientStream<RequestOf<M>, ResponseOf<M>>
  : M['responseStream'] extends true
    ? ServerStream<RequestOf<M>, ResponseOf<M>>
    : Unary<RequestOf<M>, ResponseOf<M>>;

/** The handlers of a service; what is left out answers UNIMPLEMENTED. */
export type HandlersOf<S extends ServiceDefinition> = { [K in keyof S['methods']]?: HandlerOf<S['methods'][K]> };

/** Any handler, as the adapter sees it. */
export type AnyHandler = (input: never, context: CallContext) => Promise<unknown> | AsyncIterable<unknown>;

/** A service and what answers its methods. */
export interface Binding {
  readonly definition: ServiceDefinition;
  readonly handlers: ReadonlyMap<string, AnyHandler>;
}

/** Binds handlers to a service, checked against its definition. */
export function bind<S extends ServiceDefinition>(definition: S, handlers: HandlersOf<S>): Binding {
  const built = Object.entries(handlers).filter((entry): entry is [string, AnyHandler] => entry[1] !== undefined);
  return { definition, handlers: new Map(built) };
}
