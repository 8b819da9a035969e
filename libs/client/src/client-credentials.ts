import type { Address } from '@weir/config';
import { TokenServiceDefinition, type IssueTokenResponse } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from './backoff.ts';
import { openChannel, type Channel } from './channel.ts';
import { createClient } from './client.ts';
import type { TlsClientSettings } from './settings.ts';
import type { TokenSource } from './token-source.ts';

/** What a program proves itself with. */
export interface ClientCredentials {
  /** The security service; a channel that is passed in stays open. */
  readonly security: Channel | string | Address;
  /** Used when `security` is an address. */
  readonly tls?: Partial<TlsClientSettings>;
  /** The name of the principal: "principals/agent". */
  readonly clientId: string;
  /** Asked for again with every token: see `secretInFile`. */
  readonly clientSecret: string | (() => string | Promise<string>);
  readonly clock?: () => number;
}

/** The secret in a file, read anew every time: a new secret needs no restart, nor must the file be there at the start. */
export const secretInFile = (path: string) => async (): Promise<string> => (await readFile(path, 'utf8')).trim();

const TIMEOUT_MS = 10_000;
const PATIENCE_MS = 5_000;
const RENEW_AT = 0.8;

/**
 * Tokens of a principal, asked for when first needed and renewed in the background after 80 % of their lifetime. While
 * security does not answer a caller waits up to 5 seconds, unless there is a token that still counts.
 */
export function clientCredentials(options: ClientCredentials): TokenSource & AsyncDisposable {
  const { security, clock = Date.now } = options;
  const isShared = typeof security === 'object' && 'wire' in security;
  const channel = isShared ? security : openChannel({ address: security, tls: options.tls ?? {} });
  const stopped = new AbortController();
  const renew = renewal(issuer(channel, options, stopped.signal), clock);
  let issued: Issued | undefined;
  const fresh = async (): Promise<string> => (issued = await renew()).token;

  return {
    token() {
      const now = clock();
      if (!issued || now >= issued.expiresAt) return fresh();
      // Its failure is told once there is no token left.
      if (now >= issued.renewAt) fresh().catch(() => undefined);
      return issued.token;
    },
    refused(token) {
      if (issued?.token === token) issued = undefined;
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      if (!isShared) await channel[Symbol.asyncDispose]();
    },
  };
}

interface Issued {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** Asks for a token until security answers, for a while. */
function issuer(
  channel: Channel,
  { clientId, clientSecret, clock = Date.now }: ClientCredentials,
  signal: AbortSignal,
) {
  const client = createClient(TokenServiceDefinition, channel);
  const ask = async (): Promise<Issued> => {
    const secret = typeof clientSecret === 'string' ? clientSecret : await clientSecret();
    const askedAt = clock();
    return issuedBy(
      await client.issueToken({ clientId, clientSecret: secret }, { timeoutMs: TIMEOUT_MS, signal }),
      askedAt,
    );
  };
  return async (): Promise<Issued> => {
    const pauses = backoff(50, 1000);
    for (const giveUpAt = clock() + PATIENCE_MS; ;) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error) || clock() >= giveUpAt) throw error;
        await sleep(pauses.next(), undefined, { signal, ref: false });
      }
    }
  };
}

/** One at a time, outside of the call that needs it: others wait for it too. A refusal is not asked for again at once. */
function renewal(issue: () => Promise<Issued>, clock: () => number): () => Promise<Issued> {
  const outside = AsyncLocalStorage.snapshot();
  const pauses = backoff(500, 30_000);
  let pending: Promise<Issued> | undefined;
  let refusedUntil = 0;
  let refusal: unknown;

  const attempt = async (): Promise<Issued> => {
    try {
      const issued = await issue();
      pauses.reset();
      return issued;
    } catch (error) {
      refusal = error;
      refusedUntil = isPassing(error) ? 0 : clock() + pauses.next();
      throw error;
    } finally {
      pending = undefined;
    }
  };
  return async () => {
    if (clock() < refusedUntil) throw refusal;
    return (pending ??= outside(attempt));
  };
}

function issuedBy({ accessToken, expiresIn }: IssueTokenResponse, now: number): Issued {
  const lifetimeMs = Number(expiresIn?.seconds ?? 0n) * 1000;
  return { token: accessToken, renewAt: now + lifetimeMs * RENEW_AT, expiresAt: now + lifetimeMs };
}

// A secret file that is not there is still being written, as a rule.
const isPassing = (error: unknown): boolean => PASSING.has(codeOf(error));

const PASSING: ReadonlySet<unknown> = new Set([Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, 'ENOENT']);

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
