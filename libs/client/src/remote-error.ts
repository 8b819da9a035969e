import { codeName, type Code } from '@weir/errors';

/** A status that is none of this platform's: sent by a proxy, by grpc itself, or by a newer service. */
export class RemoteError extends Error {
  readonly code: Code;
  /** The path of the method. */
  readonly method: string;

  constructor(method: string, code: Code, message: string, cause?: unknown) {
    super(`${method} failed with ${codeName(code)}: ${message}`, { cause });
    this.name = 'RemoteError';
    this.method = method;
    this.code = code;
  }
}
