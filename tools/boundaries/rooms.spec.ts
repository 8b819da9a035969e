import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { methodRules } from '@weir/contracts';
import { lineCount, read, sources } from './source-tree.ts';
import { ROOT } from '../process/run.ts';

const SERVICES = [...new Set([...methodRules().values()].map(({ service }) => service.split('.')[1] ?? ''))];
const ROOMS = ['README.md', 'src/main.ts', 'src/config.ts', 'src/service.ts', 'src/service.spec.ts'];
const FOLDERS = ['src/handlers', 'src/domain', 'src/store', 'src/store/migrations'];
const SECTIONS = ['owns', 'never', 'RPCs', 'settings', 'failures'];

const kebab = (rpc: string): string => rpc.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

const rpcsOf = (app: string): Set<string> =>
  new Set(
    [...methodRules().values()]
      .filter(({ service }) => service.startsWith(`weir.${app}.`))
      .map(({ method }) => kebab(method)),
  );

const camel = (file: string): string =>
  basename(file, '.ts').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

describe.each(SERVICES)('apps/%s', (app) => {
  const rpcs = rpcsOf(app);
  // Beside the handlers lie the fields that their requests share.
  const handlers = sources(`apps/${app}/src/handlers/**/*.ts`).filter((file) => rpcs.has(basename(file, '.ts')));

  it('has the rooms that every service has', () => {
    expect([...ROOMS, ...FOLDERS].filter((room) => !existsSync(join(ROOT, 'apps', app, room)))).toEqual([]);
  });

  it('has a composition root that fits on a page', () => {
    expect(lineCount(read(`apps/${app}/src/main.ts`))).toBeLessThanOrEqual(80);
  });

  it('has one handler per RPC, named after it', () => {
    const service = read(`apps/${app}/src/service.ts`);
    const bound = [...service.matchAll(/'\.\/handlers\/(?:.*\/)?([a-z-]+)\.ts'/g)].map(([, name = '']) => name);

    expect(bound).not.toEqual([]);
    expect(bound.filter((name) => !rpcs.has(name))).toEqual([]);
  });

  it('has a spec beside every handler, or calls it in another spec', () => {
    const specs = sources(`apps/${app}/src/**/*.spec.ts`);
    const called = specs.map(read).join('\n');
    const tested = (file: string): boolean =>
      specs.includes(file.replace(/\.ts$/, '.spec.ts')) || new RegExp(`\\b${camel(file)}\\b`).test(called);

    expect(handlers.filter((file) => !tested(file))).toEqual([]);
  });

  it('has a README that says what it owns, never does, offers, is set by and fails with', () => {
    const readme = read(`apps/${app}/README.md`);

    expect(SECTIONS.filter((section) => !new RegExp(`^(#+ |\\*\\*)${section}`, 'im').test(readme))).toEqual([]);
  });
});
