import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { methodRules } from '@weir/contracts';
import { catalogueParts } from '@weir/errors';
import { capture, ROOT } from '../process/run.ts';
import { configurationPage } from './configuration.ts';
import { table } from './markdown.ts';

const read = (page: string): string => readFileSync(join(ROOT, 'docs', page), 'utf8');

const setting = (name: string, value: string) => ({
  name,
  description: `What ${name} sets.`,
  type: 'text',
  allowed: 'text',
  default: value,
  required: false,
  secret: false,
});

describe('the generated docs', () => {
  it('are what their sources say: npm run gen', async () => {
    expect(await capture(process.execPath, ['tools/docs/main.ts', '--check'])).toEqual({ code: 0, output: '' });
  }, 60_000);

  it('name every reason of the catalogue, and no other', () => {
    const documented = [...read('errors.md').matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, reason]) => reason);

    expect(documented.sort()).toEqual(Object.values(catalogueParts).flatMap(Object.keys).sort());
  });

  it('have a row for every method', () => {
    const rows = read('rules.md')
      .split('\n## Calls')[0]
      ?.match(/^\| [A-Z]\w+ /gm);

    expect(rows?.filter((row) => row !== '| Method ')).toHaveLength(methodRules().size);
  });

  it('tell settings that all services share from their own', () => {
    const page = configurationPage([
      { app: 'one', settings: [setting('LOG_LEVEL', 'info'), setting('GRPC_LISTEN', ':7001')] },
      { app: 'two', settings: [setting('LOG_LEVEL', 'info'), setting('GRPC_LISTEN', ':7002')] },
    ]);

    expect(page.split('\n## ').map((section) => section.match(/`[A-Z_]+`/g))).toEqual([
      null,
      ['`LOG_LEVEL`'],
      ['`GRPC_LISTEN`'],
      ['`GRPC_LISTEN`'],
    ]);
  });
});

describe('table', () => {
  it('shows any text as it is', () => {
    expect(table(['A'], [['a|b <c> `<d>`\ne']])).toBe('| A |\n| --- |\n| a\\|b &lt;c> `<d>` e |');
  });
});
