// Gives every package the targets build, lint and test, so that no package repeats them.
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const PACKAGES = '{apps/*,libs/*,bench,tests/stories,tools}/package.json';

/** Packages whose tests run or read others without importing them. */
const RUNS = {
  'apps/cli': ['tag:layer:app', '!tag:app:cli', '!tag:app:stories', '!tag:app:tools', '!tag:app:bench'],
  'tests/stories': ['tag:layer:app', '!tag:app:stories', '!tag:app:tools', '!tag:app:bench'],
  tools: ['*', '!tag:app:tools'],
};

/** Packages whose tests regenerate the contract or read what lies at the root. */
const READS = {
  'libs/contracts': ['contract'],
  tools: ['contract', '{workspaceRoot}/*', '{workspaceRoot}/docs/**/*', '{workspaceRoot}/.github/**/*'],
};

export const name = 'weir-targets';

export const createNodes = [
  PACKAGES,
  (files, _options, { workspaceRoot }) =>
    files.map((file) => [file, { projects: { [dirname(file)]: describe(dirname(file), workspaceRoot) } }]),
];

function describe(root, workspaceRoot) {
  return {
    root,
    ...(RUNS[root] && { implicitDependencies: RUNS[root] }),
    ...(READS[root] && { namedInputs: { beside: READS[root] } }),
    targets: {
      build: { command: 'tsc -b', options: { cwd: root } },
      lint: { command: `eslint --max-warnings 0 ${root}`, options: { cwd: '.' } },
      ...(hasTests(join(workspaceRoot, root)) && {
        test: {
          command: `jest --selectProjects ${basename(root)}`,
          options: { cwd: '.' },
        },
      }),
    },
  };
}

const hasTests = (dir) =>
  globSync('**/*.spec.ts', {
    cwd: dir,
    exclude: (path) => ['node_modules', 'dist', 'fixtures'].includes(basename(path)),
  }).length > 0;
