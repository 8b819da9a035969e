import type { Violation } from './workspace.ts';

const handler = (imports: string): string => `${imports}\nexport const handler = (): unknown => imported;\n`;

/** What dependency-cruiser must refuse: the folders inside an app, and what packages are to each other. */
export const cruiserViolations: readonly Violation[] = [
  {
    rule: 'handlers-see-ports',
    says: 'a handler imports the Postgres implementation of a store',
    file: 'apps/alpha/src/handlers/get-thing.ts',
    code: handler(`import { postgresThings as imported } from '../store/postgres-things.ts';`),
  },
  {
    rule: 'handlers-see-ports',
    says: 'a handler imports a type of the Postgres implementation',
    file: 'apps/alpha/src/handlers/list-things.ts',
    code: `import type { Row } from '../store/postgres-things.ts';\nexport type Answer = Row;\n`,
  },
  {
    rule: 'handlers-see-ports',
    says: 'a handler imports the database',
    file: 'apps/alpha/src/handlers/query-things.ts',
    code: handler(`import { sql as imported } from 'kysely';`),
  },
  {
    rule: 'handlers-know-no-wiring',
    says: 'a handler imports the table of contents',
    file: 'apps/alpha/src/handlers/call-service.ts',
    code: handler(`import { service as imported } from '../service.ts';`),
  },
  {
    rule: 'services-know-no-grpc',
    says: 'a service imports grpc-js',
    file: 'apps/alpha/src/handlers/speak-grpc.ts',
    code: handler(`import { status as imported } from '@grpc/grpc-js';`),
  },
  ...[
    ['the file system', 'fs', `import { readFileSync as imported } from 'node:fs';`],
    ['the network', 'net', `import { connect as imported } from 'node:net';`],
    ['the PostgreSQL driver', 'pg', `import { Pool as imported } from 'pg';`],
    ['Kysely', 'kysely', `import { sql as imported } from 'kysely';`],
    ['grpc-js', 'grpc', `import { status as imported } from '@grpc/grpc-js';`],
    ['the server kit', 'rpc', `import { rpc as imported } from '@weir/rpc';`],
    ['the database library', 'database', `import { database as imported } from '@weir/database';`],
    ['a store', 'store', `import { things as imported } from '../store/things.ts';`],
    ['a handler', 'handler', `import { handler as imported } from '../handlers/get-thing.ts';`],
  ].map(([what = '', name = '', code = '']) => ({
    rule: 'domain-has-no-io',
    says: `the domain imports ${what}`,
    file: `apps/alpha/src/domain/with-${name}.ts`,
    code: handler(code),
  })),
  ...[
    ['grpc-js', 'grpc', `import { status as imported } from '@grpc/grpc-js';`],
    ['the server kit', 'rpc', `import { rpc as imported } from '@weir/rpc';`],
    ['a client', 'client', `import { client as imported } from '@weir/client';`],
    ['a handler', 'handler', `import { handler as imported } from '../handlers/get-thing.ts';`],
  ].map(([what = '', name = '', code = '']) => ({
    rule: 'stores-see-no-transport',
    says: `a store imports ${what}`,
    file: `apps/alpha/src/store/with-${name}.ts`,
    code: handler(code),
  })),
  {
    rule: 'core-is-pure',
    says: 'a core library imports a database',
    file: 'libs/errors/src/with-pg.ts',
    code: handler(`import { Pool as imported } from 'pg';`),
  },
  {
    rule: 'core-is-pure',
    says: 'a core library imports a transport',
    file: 'libs/errors/src/with-grpc.ts',
    code: handler(`import { status as imported } from '@grpc/grpc-js';`),
  },
  {
    rule: 'core-is-pure',
    says: 'a core library imports a platform library',
    file: 'libs/errors/src/with-rpc.ts',
    code: handler(`import { rpc as imported } from '@weir/rpc';`),
  },
  {
    rule: 'no-apps-from-apps',
    says: 'an app imports an app',
    file: 'apps/alpha/src/neighbour.ts',
    code: handler(`import { beta as imported } from '@weir/beta';`),
  },
  {
    rule: 'no-deep-imports',
    says: 'a package reaches into another by a relative path',
    file: 'apps/alpha/src/deep.ts',
    code: handler(`import { errors as imported } from '../../../libs/errors/src/errors.ts';`),
  },
  {
    rule: 'no-unresolvable',
    says: 'a package imports a file that another does not export',
    file: 'apps/alpha/src/unexported.ts',
    code: handler(`import { errors as imported } from '@weir/errors/src/errors.ts';`),
  },
  {
    rule: 'no-undeclared-packages',
    says: 'a package imports what its package.json does not name',
    file: 'libs/rpc/src/undeclared.ts',
    code: handler(`import { Pool as imported } from 'pg';`),
  },
  {
    rule: 'no-testing-in-production',
    says: 'a service imports the test kit',
    file: 'apps/alpha/src/testing-kit.ts',
    code: handler(`import { testing as imported } from '@weir/testing';`),
  },
  {
    rule: 'no-cycles',
    says: 'two files import each other',
    file: 'libs/rpc/src/chicken.ts',
    code: `import { egg } from './egg.ts';\nexport const chicken = (): unknown => egg;\n`,
  },
];

/** What the violations import, and what is allowed: none of these may be reported. */
export const allowed: Readonly<Record<string, string>> = {
  'libs/rpc/src/egg.ts': `import type { chicken } from './chicken.ts';\nexport const egg = (): typeof chicken | undefined => undefined;\n`,
  'apps/alpha/src/domain/thing.ts': `import { randomUUID } from 'node:crypto';\nimport { errors } from '@weir/errors';\nexport const thing = () => [randomUUID(), errors()];\n`,
  'apps/alpha/src/store/things.ts': `import { thing } from '../domain/thing.ts';\nexport const things = thing;\n`,
  'apps/alpha/src/store/postgres-things.ts': `import { things } from './things.ts';\nexport type Row = { id: string };\nexport const postgresThings = things;\n`,
  'apps/alpha/src/handlers/create-thing.ts': `import { rpc } from '@weir/rpc';\nimport { things } from '../store/things.ts';\nexport const createThing = () => [rpc(), things()];\n`,
  'apps/alpha/src/handlers/create-thing.spec.ts': `import { testing } from '@weir/testing';\nimport { postgresThings } from '../store/postgres-things.ts';\nexport const used = [testing(), postgresThings()];\n`,
  'apps/alpha/src/service.ts': `import { createThing } from './handlers/create-thing.ts';\nexport const service = createThing;\n`,
};
