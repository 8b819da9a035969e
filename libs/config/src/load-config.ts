import type { z } from 'zod';
import { describeSettings, type SettingDescription } from './describe-settings.ts';
import { SettingsError } from './settings-error.ts';

/** The environment, usually `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says. */
export interface Loaded<T> {
  readonly settings: T;
  /** Variables that look like settings of Weir and that this program does not know, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads every setting of `schema` from the environment variable of its name; an empty variable counts as unset. Throws
 * a SettingsError that lists all wrong ones.
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: Environment): Loaded<z.output<S>> {
  const known = new Map(describeSettings(schema).map((setting) => [setting.name, setting]));
  const given = Object.fromEntries(
    [...known.keys()].filter((name) => isSet(env[name])).map((name) => [name, env[name]]),
  );

  const result = schema.safeParse(given);
  if (!result.success) throw new SettingsError(result.error.issues.map((issue) => problem(issue, known, given)));

  return { settings: result.data, warnings: unknownVariables(env, known) };
}

const isSet = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';

function problem(issue: z.core.$ZodIssue, known: ReadonlyMap<string, SettingDescription>, given: Environment): string {
  const name = String(issue.path[0] ?? '');
  const setting = known.get(name);
  if (!setting) return issue.message;

  const value = given[name];
  if (value === undefined) return `${name} is not set: needs ${setting.allowed}`;
  return `${name} is ${setting.secret ? 'set' : quoted(value)}: ${wish(issue, setting)}`;
}

// Our own messages and those of refinements say what is needed; zod's about types do not know the setting's notation.
const wish = (issue: z.core.$ZodIssue, setting: SettingDescription): string =>
  issue.code === 'custom' ? issue.message : `needs ${setting.allowed}`;

const quoted = (value: string): string => JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);

function unknownVariables(env: Environment, known: ReadonlyMap<string, SettingDescription>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('WEIR_') && !known.has(name) && isSet(env[name]))
    .map((name) => `${name} is set, but no setting has that name`);
}
