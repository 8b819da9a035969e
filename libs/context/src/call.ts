import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from './principal.ts';
import type { Scope } from './scope.ts';

/** What a handler knows about the audit event of its call and the method's rule cannot. */
export interface AuditFields {
  /** The id of the event, a UUID in lower case, for an answer that names it. */
  eventId?: string;
  /** The resource name; by default the request's `name`, `parent` or `tenant`. */
  resource?: string;
  details?: Record<string, string | number | boolean>;
  agent?: string;
  dataset?: string;
  processingType?: string;
  dataSizeBytes?: number;
  policyRevision?: string;
  /** Of the data that the call is about, as a number of `weir.options.v1.Sensitivity`; the method's is the least. */
  sensitivity?: number;
  flags?: readonly string[];
  /** Details about persons, each encrypted under that person's key; bound to `eventId`, which goes with them. */
  sealed?: readonly SealedFields[];
}

/** Details about one person that nobody can read once the person's key is destroyed. */
export interface SealedFields {
  /** The opaque id of the person. */
  readonly subject: string;
  /** "tenants/<t>/keys/<id>" */
  readonly key: string;
  readonly ciphertext: Buffer;
}

/** The audit event of a call in the hands of its handler. */
export interface TakenEvent {
  /** As it stands in the outbox (`audit_outbox.event`). */
  readonly bytes: Buffer;
  /** Tells that it is committed, and so on its way. */
  committed(): void;
}

/** The call in progress, as handlers and everything below them see it. */
export interface CallContext {
  /** "/weir.registry.v1.TenantService/GetTenant". */
  readonly method: string;
  /** Undefined only for methods that anyone may call. */
  readonly principal: Principal | undefined;
  readonly scope: Scope;
  /** When the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Aborts when the caller cancels, the deadline passes or the server ends the call. */
  readonly signal: AbortSignal;
  /** The W3C trace id, 32 hex digits. */
  readonly traceId: string;
  /** The caller's address. */
  readonly peer: string;
  /** Adds to the audit event of this call. */
  audit(fields: AuditFields): void;
  /**
   * Hands over the event that a served call leaves, with what `audit` added so far, for a handler that writes it in the
   * transaction of what it tells of; nobody else writes it then. Taken again, it is another event. Undefined where
   * calls leave none. AUDIT_BACKLOG_FULL.
   */
  takeEvent(): TakenEvent | undefined;
  /** The same for a method whose events may hold personal details: sealed, where the tenant asks for that. */
  takeSealedEvent(): Promise<TakenEvent | undefined>;
  /** Runs `then` once the call's transaction has committed; at once where there is none. */
  afterCommit(then: () => void): void;
}

const calls = new AsyncLocalStorage<CallContext>();

/** The call that the current code works for; undefined in background work. */
export const currentCall = (): CallContext | undefined => calls.getStore();

/** Runs `work` as part of `call`: outgoing calls made inside carry its deadline and end with it. */
export const runInCall = <T>(call: CallContext, work: () => T): T => calls.run(call, work);
