import type { z } from 'zod';
import { setting } from '../setting-kind.ts';
import { secretOf, type Secret } from './secret.ts';

/** A URL of one of the protocols ("https"), kept as written. Use `secretUrl` where it may hold a password. */
export const url = (...protocols: readonly string[]): z.ZodCodec<z.ZodString, z.ZodCustom<string>> =>
  setting({ type: 'URL', allowed: allowed(protocols) }, (text) => readUrl(text, protocols), String);

/** A URL that may hold a password, such as that of a database. */
export const secretUrl = (...protocols: readonly string[]): z.ZodCodec<z.ZodString, z.ZodCustom<Secret>> =>
  setting(
    { type: 'URL, secret', allowed: allowed(protocols), secret: true },
    (text) => secretOf(readUrl(text, protocols)),
    String,
  );

const allowed = (protocols: readonly string[]): string =>
  `a URL, such as ${protocols.map((protocol) => `${protocol}://host`).join(' or ')}`;

function readUrl(text: string, protocols: readonly string[]): string | undefined {
  const parsed = URL.parse(text);
  return parsed && protocols.some((protocol) => parsed.protocol === `${protocol}:`) ? text : undefined;
}
