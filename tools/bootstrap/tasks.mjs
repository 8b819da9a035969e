// What each npm script runs, on the pinned Node. `serves`: it runs until Ctrl-C and must be told of it exactly once.
const CLI = 'apps/cli/src/main.ts';
// A small young generation: the tour reads files and would keep 50 MB for what it has read.
const SMALL = '--max-semi-space-size=2';

export const tasks = {
  start: { run: [SMALL, CLI, 'up'], serves: true },
  dev: { run: [SMALL, CLI, 'up', '--watch'], serves: true },
  weir: { run: [CLI], serves: true },
  test: { run: ['node_modules/jest/bin/jest.js'] },
  campaigns: { run: ['node_modules/jest/bin/jest.js', '--config', 'jest.campaigns.config.mjs', '--passWithNoTests'] },
  bench: { run: ['bench/run.ts'] },
  gen: { run: ['tools/gen/main.ts'] },
  check: { run: ['tools/check/main.ts'] },
  lint: { run: ['node_modules/eslint/bin/eslint.js', '.'] },
  format: { run: ['node_modules/prettier/bin/prettier.cjs', '--write', '.'] },
  build: { run: ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'build'] },
};
