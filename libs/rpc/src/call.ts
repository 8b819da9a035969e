import type { Metadata } from '@grpc/grpc-js';
import type { AuditFields, CallContext, Principal, Scope, TakenEvent } from '@weir/context';
import { platformScope } from '@weir/context';
import type { MessageType, MethodInfo } from '@weir/contracts';
import type { WeirError } from '@weir/errors';

/** What the adapter needs of a grpc-js call, whatever its kind. */
export interface WireCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getPeer(): string;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: (reason: string) => void): unknown;
}

/** The codecs of a method's messages. */
export interface MethodTypes {
  readonly requestType: MessageType<unknown>;
  readonly responseType: MessageType<unknown>;
}

/** How a call ended. */
export interface Outcome {
  /** "OK", "NOT_FOUND" */
  readonly code: string;
  /** Why it failed. */
  readonly error: WeirError | undefined;
}

/** Makes the event of a call for its handler. */
export interface EventSource {
  take(): TakenEvent | undefined;
  takeSealed(): Promise<TakenEvent | undefined>;
}

/** What is to be done once a call has ended. */
export type Ending = (call: Call, outcome: Outcome) => void;

/** A call on its way through the interceptors. Handlers see it as their CallContext. */
export interface Call extends CallContext {
  readonly info: MethodInfo;
  readonly types: MethodTypes;
  /** The first value of a metadata key. */
  header(name: string): string | undefined;
  /** The request; on a client stream the first one, once it is read. */
  request: unknown;
  /** The requests of a client stream. */
  messages: AsyncIterable<unknown> | undefined;
  principal: Principal | undefined;
  scope: Scope;
  deadline: number;
  traceId: string;
  /** Whether the call's span is recorded. */
  sampled: boolean;
  /** When it arrived, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  auditFields: AuditFields;
  /** Where events are taken from; unset: the method leaves none when it is served. */
  eventSource: EventSource | undefined;
  /** Whether the handler has taken the event. */
  readonly eventTaken: boolean;
  /** Runs `ending` when the call has ended, whatever became of it; what was asked for last runs first. */
  atEnd(ending: Ending): void;
  /** Ends the work: `signal` aborts with this reason. */
  abort(cause: unknown): void;
  /** Runs what `afterCommit` collected. */
  committed(): void;
  /** Forgets what an earlier attempt collected, and makes `afterCommit` wait for `committed`. */
  beginAttempt(): void;
}

/** A call as the adapter holds it. */
export interface ArrivedCall extends Call {
  /**
   * Runs what `atEnd` collected. Once it has its answer, what happens to the connection is no end of the work any more.
   */
  ended(outcome: Outcome): void;
}

/** The call for a method that just arrived on the wire. */
export const createCall = (info: MethodInfo, types: MethodTypes, wire: WireCall): ArrivedCall =>
  new ServerCall(info, types, wire);

// A class for its lazy getters: most calls never ask for the signal, and an AbortController is costly on the hot path.
class ServerCall implements ArrivedCall {
  readonly info: MethodInfo;
  readonly types: MethodTypes;
  readonly startedAt = performance.now();
  auditFields: AuditFields = {};
  request: unknown = undefined;
  messages: AsyncIterable<unknown> | undefined = undefined;
  principal: Principal | undefined = undefined;
  scope: Scope = platformScope();
  deadline = Infinity;
  traceId = '';
  sampled = false;
  eventSource: EventSource | undefined = undefined;
  eventTaken = false;
  readonly #wire: WireCall;
  #controller: AbortController | undefined;
  #abortedBy: unknown;
  #isAnswered = false;
  readonly #endings: Ending[] = [];
  #held: (() => void)[] | undefined;

  constructor(info: MethodInfo, types: MethodTypes, wire: WireCall) {
    this.info = info;
    this.types = types;
    this.#wire = wire;
  }

  get method(): string {
    return this.info.path;
  }

  get peer(): string {
    return this.#wire.getPeer();
  }

  get signal(): AbortSignal {
    return (this.#controller ??= this.#watch()).signal;
  }

  header(name: string): string | undefined {
    return this.#wire.metadata.get(name)[0]?.toString();
  }

  audit(fields: AuditFields): void {
    const details = { ...this.auditFields.details, ...fields.details };
    const flags = [...(this.auditFields.flags ?? []), ...(fields.flags ?? [])];
    Object.assign(this.auditFields, fields, { details, flags });
  }

  takeEvent(): TakenEvent | undefined {
    this.eventTaken = this.eventSource !== undefined;
    return this.eventSource?.take();
  }

  async takeSealedEvent(): Promise<TakenEvent | undefined> {
    this.eventTaken = this.eventSource !== undefined;
    return this.eventSource?.takeSealed();
  }

  abort(cause: unknown): void {
    this.#abortedBy ??= cause;
    this.#controller?.abort(cause);
  }

  beginAttempt(): void {
    this.auditFields = {};
    this.#held = [];
  }

  afterCommit(then: () => void): void {
    if (this.#held) this.#held.push(then);
    else then();
  }

  committed(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const then of held) then();
  }

  atEnd(ending: Ending): void {
    this.#endings.push(ending);
  }

  ended(outcome: Outcome): void {
    this.#isAnswered = outcome.error === undefined;
    for (let ending = this.#endings.pop(); ending; ending = this.#endings.pop()) ending(this, outcome);
  }

  // grpc-js tells of every call that is over, also of those that were served.
  #cancelled(controller: AbortController): void {
    if (!this.#isAnswered) controller.abort(new CallEnded());
  }

  #watch(): AbortController {
    const controller = new AbortController();
    if (this.#abortedBy !== undefined) controller.abort(this.#abortedBy);
    else if (this.#wire.cancelled) this.#cancelled(controller);
    else this.#wire.on('cancelled', () => this.#cancelled(controller));
    return controller;
  }
}

/** Why a signal aborted when the caller went away: it cancelled, or its deadline passed. */
export class CallEnded extends Error {
  override readonly name = 'AbortError';
  constructor() {
    super('the caller ended the call');
  }
}
