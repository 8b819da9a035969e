import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../process/run.ts';
import { configurationPage, readSettings } from './configuration.ts';
import { errorsPage } from './errors.ts';
import { measuredSource, measurements, piiPage } from './pii.ts';
import { rulesPage } from './rules.ts';

/** Every generated page, and what else is written from measurements, by its path, laid out as Prettier would. */
export async function pages(): Promise<Record<string, string>> {
  const accuracy = measurements();
  const drafts = {
    'docs/configuration.md': configurationPage(await readSettings()),
    'docs/errors.md': errorsPage(),
    'docs/pii.md': piiPage(accuracy),
    'docs/rules.md': rulesPage(),
    'libs/pii/src/measured.ts': measuredSource(accuracy),
  };
  const laidOut = await Promise.all(
    Object.entries(drafts).map(async ([file, text]) => [file, await layOut(file, text)] as const),
  );
  return Object.fromEntries(laidOut);
}

/** The pages that are missing or differ from what they would be. */
export async function stalePages(): Promise<string[]> {
  const current = (file: string): string =>
    existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '';
  return Object.entries(await pages()).flatMap(([file, text]) => (current(file) === text ? [] : [file]));
}

const layOut = async (file: string, text: string): Promise<string> =>
  format(text, { ...(await resolveConfig(join(ROOT, file))), filepath: file });
