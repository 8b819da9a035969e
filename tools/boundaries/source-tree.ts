import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../process/run.ts';

const SKIPPED = new Set(['node_modules', 'dist', 'fixtures', 'gen', 'coverage']);

/** Files written by hand that match the pattern, as paths from the root. */
export const sources = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, exclude: (path) => SKIPPED.has(basename(path)) }).sort();

/** The text of a file, by its path from the root. */
export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** How many lines a text has. */
export const lineCount = (text: string): number => text.replace(/\n$/, '').split('\n').length;

const Manifest = z.object({
  name: z.string(),
  private: z.literal(true),
  type: z.literal('module'),
  description: z.string(),
  nx: z.object({ tags: z.array(z.string()) }),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** A package of the workspace. */
export interface Package extends z.infer<typeof Manifest> {
  /** "libs/errors" */
  readonly root: string;
}

/** Every package of the workspace. */
export const packages = (): Package[] =>
  sources('{apps/*,libs/*,bench,tests/stories,tools}/package.json').map((file) => ({
    root: file.replace('/package.json', ''),
    ...Manifest.parse(JSON.parse(read(file))),
  }));
