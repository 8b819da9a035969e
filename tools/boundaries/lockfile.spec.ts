import { z } from 'zod';
import { packages, read } from './source-tree.ts';

const Versions = z.record(z.string(), z.string()).default({});
const Entry = z.object({
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  resolved: z.string().optional(),
});
const { packages: locked } = z
  .object({ packages: z.record(z.string(), Entry) })
  .parse(JSON.parse(read('package-lock.json')));

const installed = new Set(Object.keys(locked).map((path) => path.replace(/^.*node_modules\//, '')));

describe('package-lock.json', () => {
  it('knows what each package.json asks for: npm install', () => {
    const outdated = ['', ...packages().map(({ root }) => root)].filter((root) => {
      const asked = Entry.parse(JSON.parse(read(`${root || '.'}/package.json`)));
      const { dependencies, devDependencies, optionalDependencies } = locked[root] ?? Entry.parse({});
      return (
        JSON.stringify([asked.dependencies, asked.devDependencies, asked.optionalDependencies].map(sorted)) !==
        JSON.stringify([dependencies, devDependencies, optionalDependencies].map(sorted))
      );
    });

    expect(outdated).toEqual([]);
  });

  // npm leaves out what the registry does not have for one platform, and npm ci then refuses the file on all of them.
  it('has the packages of every platform', () => {
    const missing = Object.values(locked)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies))
      .filter((name) => !installed.has(name));

    expect([...new Set(missing)]).toEqual([]);
  });

  it('names no registry: npm asks the one that it is set to', () => {
    const hosts = Object.values(locked).flatMap(({ resolved }) => resolved?.match(/^https?:\/\/[^/]+/) ?? []);

    expect(hosts).toEqual([]);
  });
});

function sorted(versions: Record<string, string>): [string, string][] {
  return Object.entries(versions).sort(([a], [b]) => a.localeCompare(b));
}
