import type { Violation } from './workspace.ts';

const long = (lines: number): string => Array.from({ length: lines }, (_, i) => `  sum += ${i};`).join('\n');

/** What ESLint must refuse, one fixture per habit. */
export const eslintViolations: readonly Violation[] = [
  {
    rule: '@nx/enforce-module-boundaries',
    says: 'an app imports an app',
    file: 'apps/alpha/src/domain/foreign.ts',
    code: `import { beta } from '@weir/beta';\nexport const foreign = beta();\n`,
  },
  {
    rule: '@nx/enforce-module-boundaries',
    says: 'a core library imports a platform library',
    file: 'libs/errors/src/upward.ts',
    code: `import { rpc } from '@weir/rpc';\nexport const upward = rpc();\n`,
  },
  {
    rule: '@nx/enforce-module-boundaries',
    says: 'a core library imports a transport',
    file: 'libs/errors/src/transport.ts',
    code: `import { status } from '@grpc/grpc-js';\nexport const transport = status.OK;\n`,
  },
  {
    rule: '@nx/enforce-module-boundaries',
    says: 'a core library imports a database',
    file: 'libs/errors/src/database.ts',
    code: `import { sql } from 'kysely';\nexport const database = sql;\n`,
  },
  {
    rule: '@nx/enforce-module-boundaries',
    says: 'a library imports an app',
    file: 'libs/rpc/src/downward.ts',
    code: `import { alpha } from '@weir/alpha';\nexport const downward = alpha();\n`,
  },
  {
    rule: '@nx/enforce-module-boundaries',
    says: 'a package reaches into another by a relative path',
    file: 'apps/alpha/src/domain/sideways.ts',
    code: `import { errors } from '../../../../libs/errors/src/index.ts';\nexport const sideways = errors();\n`,
  },
  {
    rule: 'no-restricted-imports',
    says: 'a package reaches into another by a deep import',
    file: 'apps/alpha/src/domain/deep.ts',
    code: `import { errors } from '@weir/errors/src/errors.ts';\nexport const deep = errors;\n`,
  },
  {
    rule: 'no-restricted-imports',
    says: 'a relative import leaves out .ts',
    file: 'apps/alpha/src/bare.ts',
    code: `import { alpha } from './alpha';\nexport const bare = alpha;\n`,
  },
  {
    rule: 'no-restricted-imports',
    says: 'a built-in module lacks node:',
    file: 'apps/alpha/src/builtin.ts',
    code: `import { join } from 'path';\nexport const builtin = join;\n`,
  },
  {
    rule: 'no-restricted-imports',
    says: 'a file imports the environment',
    file: 'apps/alpha/src/imported-env.ts',
    code: `import { env } from 'node:process';\nexport const home = env.HOME;\n`,
  },
  {
    rule: 'no-restricted-properties',
    says: 'a file that is neither main.ts nor config.ts reads process.env',
    file: 'apps/alpha/src/handlers/reads-env.ts',
    code: `export const readsEnv = (): string | undefined => process.env.HOME;\n`,
  },
  {
    rule: 'no-console',
    says: 'a service prints',
    file: 'apps/alpha/src/prints.ts',
    code: `export const prints = (): void => console.log('here');\n`,
  },
  {
    rule: 'no-restricted-syntax',
    says: 'a file has a default export',
    file: 'apps/alpha/src/nameless.ts',
    code: `export default 1;\n`,
  },
  {
    rule: 'no-restricted-syntax',
    says: 'a file exports another wholesale',
    file: 'libs/rpc/src/wholesale.ts',
    code: `export * from './rpc.ts';\n`,
  },
  {
    rule: 'max-lines',
    says: 'a file has more than 250 lines',
    file: 'apps/alpha/src/long-file.ts',
    code: `export const numbers = [\n${'  1,\n'.repeat(250)}];\n`,
  },
  {
    rule: 'max-lines-per-function',
    says: 'a function has more than 40 lines',
    file: 'apps/alpha/src/long-function.ts',
    code: `export function long(): number {\n  let sum = 0;\n${long(40)}\n  return sum;\n}\n`,
  },
  {
    rule: 'check-file/filename-naming-convention',
    says: 'a file name is not kebab-case',
    file: 'apps/alpha/src/camelCase.ts',
    code: `export const camel = 1;\n`,
  },
  ...['utils', 'string-helpers', 'common', 'test.misc'].map((name) => ({
    rule: 'check-file/filename-blocklist',
    says: `a file is called ${name}`,
    file: `apps/alpha/src/${name}.ts`,
    code: `export const anything = 1;\n`,
  })),
  {
    rule: '@typescript-eslint/no-explicit-any',
    says: 'a type is any',
    file: 'apps/alpha/src/typeless.ts',
    code: `export const typeless = (value: any): number => Number(value);\n`,
  },
  {
    rule: '@typescript-eslint/no-non-null-assertion',
    says: 'a value is asserted to be there',
    file: 'apps/alpha/src/asserted.ts',
    code: `export const first = (list: string[]): string => list[0]!;\n`,
  },
  {
    rule: '@typescript-eslint/no-floating-promises',
    says: 'a promise is left alone',
    file: 'apps/alpha/src/floating.ts',
    code: `export const floating = (work: () => Promise<void>): void => {\n  work();\n};\n`,
  },
  {
    rule: '@typescript-eslint/consistent-type-imports',
    says: 'a type is imported as a value',
    file: 'apps/alpha/src/value-import.ts',
    code: `import { Stats } from 'node:fs';\nexport const size = (stats: Stats): number => stats.size;\n`,
  },
  {
    rule: '@typescript-eslint/ban-ts-comment',
    says: 'the compiler is silenced',
    file: 'apps/alpha/src/silenced.ts',
    code: `// @ts-expect-error it is so\nexport const silenced: number = '1';\n`,
  },
  {
    rule: 'no-console',
    says: 'a comment asks ESLint to look away',
    file: 'apps/alpha/src/looks-away.ts',
    code: `// eslint-disable-next-line no-console\nexport const looksAway = (): void => console.log('here');\n`,
  },
];
