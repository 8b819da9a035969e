import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { methodRules } from '@weir/contracts';
import { lineCount, read, sources } from './source-tree.ts';
import { ROOT } from '../process/run.ts';

const SERVICES = [...new Set([...methodRules().values()].map(({ service }) => service.split('.')[1] ?? ''))];
const ROOMS = ['README.md', 'src/main.ts', 'src/config.ts', 'src/service.ts', 'src/service.spec.ts'];
const FOLDERS = ['src/handlers', 'src/domain', 'src/store', 'src/store/migrations'];
const SECTIONS = ['owns', 'never does', 'RPCs', 'settings', 'failures'];

const kebab = (rpc: string): string => rpc.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

const rpcsOf = (app: string): Set<string> =>
  new Set(
    [...methodRules().values()]
      .filter(({ service }) => service.startsWith(`weir.${app}.`))
      .map(({ method }) => kebab(method)),
  );

describe.each(SERVICES)('apps/%s', (app) => {
  const handlers = sources(`apps/${app}/src/handlers/**/*.ts`);
  const files = handlers.filter((file) => !file.endsWith('.spec.ts'));

  it('has the rooms that every service has', () => {
    expect([...ROOMS, ...FOLDERS].filter((room) => !existsSync(join(ROOT, 'apps', app, room)))).toEqual([]);
  });

  it('has a composition root that fits on a page', () => {
    expect(lineCount(read(`apps/${app}/src/main.ts`))).toBeLessThanOrEqual(80);
  });

  it('has one handler per RPC, named after it', () => {
    const rpcs = rpcsOf(app);

    expect(files.filter((file) => !rpcs.has(basename(file, '.ts')))).toEqual([]);
    expect(files).not.toEqual([]);
  });

  it('has a spec beside every handler', () => {
    expect(files.filter((file) => !handlers.includes(file.replace(/\.ts$/, '.spec.ts')))).toEqual([]);
  });

  it('has a README that says what it owns, never does, offers, is set by and fails with', () => {
    const readme = read(`apps/${app}/README.md`);

    expect(SECTIONS.filter((section) => !new RegExp(`^##? .*${section}`, 'im').test(readme))).toEqual([]);
  });
});
