// The rules of the house (CONTRIBUTING.md) as far as a linter can hold them; folders inside an app are held by
// .dependency-cruiser.cjs. tools/boundaries proves that each rule bites.
import { builtinModules } from 'node:module';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import checkFile from 'eslint-plugin-check-file';
import tseslint from 'typescript-eslint';

// Without a project graph @nx/enforce-module-boundaries skips itself and passes. Under `nx run` the graph is there.
if (!process.env.NX_TASK_TARGET_PROJECT) await createProjectGraphAsync({ exitOnError: true });

const SPECS = [
  '**/*.spec.ts',
  '**/*.contract.ts',
  'tests/**/*.ts',
  'libs/testing/**/*.ts',
  'libs/*/src/testing/**/*.ts',
  'apps/*/src/testing/**/*.ts',
];

/** Programs, what starts them, and tests: they talk to a terminal and hand their environment on. */
const PROGRAMS = [
  'libs/mesh/**/*.ts',
  ...SPECS,
  'apps/cli/**/*.ts',
  'bench/**/*.ts',
  'tools/**/*.{ts,mjs,cjs}',
  '.ci/*.mjs',
  '*.{mjs,cjs}',
];

const layers = {
  depConstraints: [
    {
      sourceTag: 'layer:core',
      onlyDependOnLibsWithTags: ['layer:core'],
      bannedExternalImports: ['@grpc/*', 'grpc-*', 'pg', 'pg-*', 'kysely'],
    },
    { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: ['layer:platform', 'layer:core'] },
    { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:platform', 'layer:core'] },
  ],
  enforceBuildableLibDependency: false,
  allow: [],
};

const environment = {
  object: 'process',
  property: 'env',
  message: 'Settings are read once, in config.ts, and passed on.',
};

const imports = {
  paths: [
    { name: 'node:process', importNames: ['env'], message: environment.message },
    ...builtinModules.map((name) => ({ name, message: `Import it as node:${name}.` })),
  ],
  patterns: [
    { regex: '^\\.{1,2}(/|$)(?!.*\\.(ts|mjs|cjs|json)$)', message: 'A relative import names the file: ./name.ts.' },
    { regex: '^@weir/[^/]+/(src|dist)(/|$)', message: 'Import the package by its name, not a file inside it.' },
  ],
};

const unnamed = { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' };
const wholesale = { selector: 'ExportAllDeclaration', message: 'index.ts names each export.' };

const house = {
  files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
  plugins: { '@nx': nx, 'check-file': checkFile },
  linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  rules: {
    '@nx/enforce-module-boundaries': ['error', layers],
    'check-file/filename-naming-convention': [
      'error',
      { '**/*.{ts,mjs,cjs}': 'KEBAB_CASE' },
      { ignoreMiddleExtensions: true },
    ],
    'check-file/filename-blocklist': [
      'error',
      { '**/{,*-,*.}{utils,util,helpers,helper,common,misc}.*': '*-says-what-is-in-it.ts' },
    ],
    eqeqeq: 'error',
    'max-lines': ['error', 250],
    'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    'no-console': 'error',
    'no-restricted-imports': ['error', imports],
    'no-restricted-properties': ['error', environment],
    'no-restricted-syntax': ['error', unnamed, wholesale],
    'object-shorthand': 'error',
    'prefer-const': 'error',
  },
};

const typed = {
  files: ['**/*.ts'],
  extends: [...tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, minimumDescriptionLength: 1000 }],
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/no-confusing-void-expression': [
      'error',
      { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
    ],
    // A callback may wait or not: () => void | Promise<void>.
    '@typescript-eslint/no-invalid-void-type': 'off',
    // Ports and handlers are asynchronous by contract, also where one implementation need not wait.
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    // The codes of google.rpc are the same numbers in our own type and in that of grpc-js.
    '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    // Factories return closures: there is no `this` to lose.
    '@typescript-eslint/unbound-method': 'off',
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  },
};

const untyped = {
  files: ['**/*.{mjs,cjs}'],
  extends: [...tseslint.configs.strict],
  rules: { '@typescript-eslint/no-require-imports': 'off' },
};

const specs = {
  files: SPECS,
  rules: {
    'max-lines-per-function': 'off',
    // Matchers such as expect.any() are typed any.
    '@typescript-eslint/no-unsafe-assignment': 'off',
  },
};

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/coverage/',
    '.nx/',
    '.weir/',
    'libs/contracts/src/gen/',
    'tools/boundaries/fixtures/',
  ]),
  house,
  typed,
  untyped,
  // The tools that read these files ask for a default export.
  {
    files: ['*.config.mjs', '**/{jest-,}global-{setup,teardown}.ts', 'tools/jest/*-reporter.mjs'],
    rules: { 'no-restricted-syntax': ['error', wholesale] },
  },
  { files: PROGRAMS, rules: { 'no-console': 'off', 'no-restricted-properties': 'off' } },
  {
    files: ['apps/*/src/{main,worker-main,config}.ts', 'libs/config/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  specs,
  prettier,
);
