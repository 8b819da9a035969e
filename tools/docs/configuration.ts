import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeSettings, type SettingDescription } from '@weir/config';
import { z } from 'zod';
import { ROOT } from '../process/run.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** The settings of one app. */
export interface AppSettings {
  readonly app: string;
  readonly settings: readonly SettingDescription[];
}

/** The settings that the config.ts of each app exports. */
export async function readSettings(): Promise<AppSettings[]> {
  const apps = readdirSync(join(ROOT, 'apps')).filter((app) => existsSync(configOf(app)));
  return Promise.all(
    apps.map(async (app) => {
      const module: unknown = await import(pathToFileURL(configOf(app)).href);
      const { settings } = z.object({ settings: z.instanceof(z.ZodObject) }).parse(module);
      return { app, settings: describeSettings(settings) };
    }),
  );
}

/** docs/configuration.md: every setting of every app; first those that all services share. */
export function configurationPage(apps: readonly AppSettings[]): string {
  const services = apps.filter(({ app }) => app !== 'cli');
  const [first] = services;
  const isShared = (setting: SettingDescription): boolean =>
    services.length > 1 && services.every(({ settings }) => settings.some((own) => same(own, setting)));

  const shared = first?.settings.filter(isShared) ?? [];
  const own = apps.map(({ app, settings }) => ({ app, settings: settings.filter((setting) => !isShared(setting)) }));
  const sections = [{ app: 'Every service', settings: shared }, ...own]
    .filter(({ settings }) => settings.length > 0)
    .map(({ app, settings }) => `## ${app}\n\n${table(HEAD, settings.map(row))}`);
  return [generatedFrom('apps/*/src/config.ts'), INTRODUCTION, ...sections].join('\n\n');
}

const configOf = (app: string): string => join(ROOT, 'apps', app, 'src/config.ts');

const same = (a: SettingDescription, b: SettingDescription): boolean => JSON.stringify(a) === JSON.stringify(b);

const HEAD = ['Setting', 'What it sets', 'Value', 'Default'];

const row = ({ name, description, allowed, default: value, required, secret }: SettingDescription): string[] => [
  code(name),
  description,
  allowed + (secret ? ' (never shown)' : ''),
  required ? 'required' : code(value ?? ''),
];

const INTRODUCTION = `# Configuration

A setting is an environment variable, read once when a service starts. A wrong one stops the start with a message that
names every wrong setting. An empty variable counts as unset.`;
