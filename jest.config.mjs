// One run, one embedded PostgreSQL (global set-up), one project per package.
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const packages = [
  ...['libs', 'apps'].flatMap((group) => readdirSync(group).map((name) => ({ name, dir: `${group}/${name}` }))),
  { name: 'tools', dir: 'tools' },
  { name: 'bench', dir: 'bench' },
  { name: 'stories', dir: 'tests/stories' },
].filter(({ dir }) => existsSync(`${dir}/package.json`));

/** Stories start what they share once, by a set-up of their own. */
const setupOf = (dir) =>
  existsSync(`${dir}/setup/global-setup.ts`) && {
    globalSetup: '<rootDir>/setup/global-setup.ts',
    globalTeardown: '<rootDir>/setup/global-teardown.ts',
  };

const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2024', keepClassNames: true },
  module: { type: 'commonjs' },
};

export default {
  projects: packages.map(({ name, dir }) => ({
    displayName: name,
    rootDir: dir,
    roots: ['<rootDir>'],
    testMatch: ['<rootDir>/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/', '\\.campaign\\.spec\\.ts$'],
    modulePathIgnorePatterns: ['/dist/'],
    testEnvironment: 'node',
    ...setupOf(dir),
    transform: { '\\.(ts|mjs|js)$': ['@swc/jest', swc] },
    // Packages that ship ES modules only.
    transformIgnorePatterns: ['/node_modules/(?!(@bufbuild/protobuf|cockatiel|kysely|lru-cache)/)'],
  })),
  // Each worker has databases of its own on the one server.
  maxWorkers: Math.min(4, availableParallelism()),
  // Generous: a test that hangs fails, a machine that is busy does not.
  testTimeout: 60_000,
  reporters: ['default', './tools/jest/projects-reporter.mjs'],
  globalSetup: './libs/testing/src/jest-global-setup.ts',
  globalTeardown: './libs/testing/src/jest-global-teardown.ts',
};
