import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { Code, decodeStatus, reason, type WeirError } from '@weir/errors';
import { RemoteError } from './remote-error.ts';

const DETAILS_KEY = 'grpc-status-details-bin';
const RETRY_AFTER_MS = 1000;

/** What is called, as errors name it. */
export interface Callee {
  /** "/weir.registry.v1.TenantService/GetTenant" */
  readonly path: string;
  /** "registry" */
  readonly dependency: string;
}

/** Whether an error is a status that a call ended with. */
export const isStatus = (error: unknown): error is ServiceError =>
  error instanceof Error && 'metadata' in error && error.metadata instanceof Metadata;

/** The error that a failed call ends with: the remote one where it is of this platform, else one that says as much. */
export function fromStatus(error: ServiceError, callee: Callee, cancelledHere: boolean): WeirError | RemoteError {
  return detailsOf(error) ?? reasonOf(error, callee, cancelledHere) ?? other(error, callee);
}

/** The error of a call to something that does not answer. */
export const unavailable = (dependency: string, cause: unknown): WeirError =>
  reason('DEPENDENCY_UNAVAILABLE', { dependency }, { cause, retryAfterMs: RETRY_AFTER_MS });

function detailsOf({ metadata }: ServiceError): WeirError | undefined {
  const bytes = metadata.get(DETAILS_KEY)[0];
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    return decodeStatus(bytes);
  } catch {
    // Not ours after all: the code still counts.
    return undefined;
  }
}

function reasonOf(error: ServiceError, { path, dependency }: Callee, cancelledHere: boolean): WeirError | undefined {
  const code: number = error.code;
  switch (code) {
    case Code.UNAVAILABLE:
      return unavailable(dependency, error);
    case Code.CANCELLED:
      // A server that is killed resets its streams with CANCEL.
      return cancelledHere ? reason('CANCELLED', { method: path }, { cause: error }) : unavailable(dependency, error);
    case Code.DEADLINE_EXCEEDED:
      return reason('DEADLINE_EXCEEDED', { method: path }, { cause: error });
    case Code.UNIMPLEMENTED:
      return reason('UNKNOWN_METHOD', { method: path }, { cause: error });
    case Code.RESOURCE_EXHAUSTED:
      return tooLarge(error);
    default:
      return undefined;
  }
}

function tooLarge(error: ServiceError): WeirError | undefined {
  const limit = /message larger than max \((?:\d+ vs\.? )?(\d+)/i.exec(error.details)?.[1];
  return limit === undefined ? undefined : reason('MESSAGE_TOO_LARGE', { limit_bytes: limit }, { cause: error });
}

const other = (error: ServiceError, { path }: Callee): RemoteError =>
  new RemoteError(path, isCode(error.code) ? error.code : Code.UNKNOWN, error.details, error);

const codes: ReadonlySet<number> = new Set(Object.values(Code));
const isCode = (code: number): code is Code => codes.has(code);
