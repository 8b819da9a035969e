import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { z } from 'zod';
import { setting } from '../setting-kind.ts';

/** A value that logs, JSON, templates and the debugger show as "[secret]". */
export interface Secret {
  /** The value itself, for the one place that needs it. */
  reveal(): string;
  /** "[secret]". */
  toString(): string;
}

const hidden = '[secret]';

/** Wraps a value so that it is not printed by accident; undefined stays undefined. */
export function secretOf(value: string): Secret;
export function secretOf(value: string | undefined): Secret | undefined;
export function secretOf(value: string | undefined): Secret | undefined {
  if (value === undefined) return undefined;
  const show = (): string => hidden;
  return Object.freeze({ reveal: () => value, toString: show, toJSON: show, [inspect.custom]: show });
}

/** A secret text. */
export const secret = (): z.ZodCodec<z.ZodString, z.ZodCustom<Secret>> =>
  setting(
    { type: 'text, secret', allowed: 'a text that is not empty', secret: true },
    (text) => secretOf(text),
    String,
  );

// The path counts as secret too: a wrong one may be the secret itself, put in the wrong variable.
const file = { type: 'file with a secret', allowed: 'the path of a readable file that is not empty', secret: true };

/** The path of a file that holds a secret: its content, without white space around it, is read once. */
export const secretFile = (): z.ZodCodec<z.ZodString, z.ZodCustom<Secret>> => setting(file, readSecret, String);

function readSecret(path: string): Secret | undefined {
  try {
    return secretOf(readFileSync(path, 'utf8').trim() || undefined);
  } catch {
    return undefined;
  }
}
