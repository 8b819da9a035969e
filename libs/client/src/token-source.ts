/** Where a channel gets the bearer tokens of its calls from. */
export interface TokenSource {
  /** A token that counts now. Rejects with why there is none. */
  token(): string | Promise<string>;
  /** Tells that a server refused this token as expired or revoked: the next `token` is a fresh one. */
  refused(token: string): void;
}

/** A token that is what it is: for a command line that was given one. */
export const fixedToken = (token: string): TokenSource => ({ token: () => token, refused: () => undefined });
