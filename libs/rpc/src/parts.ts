import type { Principal } from '@weir/context';
import type { WeirError } from '@weir/errors';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Call, EventSource } from './call.ts';
import type { RpcSettings } from './settings.ts';

/** Turns a bearer token into who it speaks for. */
export interface Verifier {
  /** Throws a WeirError with the reason why a token is refused. Answers at once for a token that it has seen. */
  verify(token: string): Principal | Promise<Principal>;
}

/** Where calls leave their audit events. */
export interface Journal {
  /**
   * Runs the handler of a mutation. One database transaction holds its change, its audit event and, where the request
   * has a `request_id`, its answer; a repeat gets that answer and runs nothing.
   */
  transaction(call: Call, run: () => Promise<unknown>): Promise<unknown>;
  /** Makes the event of a call that is about to be served, for its handler to write. Left out: handlers never do. */
  eventSource?(call: Call): EventSource;
  /** Writes the event of a call that has ended; settles when it is durable. */
  record(call: Call, error: WeirError | undefined): Promise<void>;
}

/** What interceptors are built with. */
export interface ServerParts {
  readonly service: string;
  readonly settings: RpcSettings;
  readonly verifier: Verifier;
  readonly journal: Journal;
  readonly log: Logger;
  readonly metrics: Registry;
}
