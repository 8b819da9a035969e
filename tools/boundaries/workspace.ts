import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { ROOT } from '../process/run.ts';

/** A file of a fixture: what it breaks, and the rule that must say so. */
export interface Violation {
  readonly rule: string;
  readonly says: string;
  readonly file: string;
  readonly code: string;
}

/** A small workspace with the real rules, in a temporary folder. */
export interface Workspace extends Disposable {
  readonly dir: string;
  write(file: string, code: string): void;
  /** Runs a program of node_modules/.bin in the workspace and reads the JSON that it prints. */
  json(program: string, ...args: string[]): unknown;
}

const RULES = [
  'eslint.config.mjs',
  '.dependency-cruiser.cjs',
  'nx.json',
  'tsconfig.base.json',
  'package.json',
  'package-lock.json',
  'tools/nx',
];

const PACKAGES = {
  'apps/alpha': ['layer:app', 'app:alpha'],
  'apps/beta': ['layer:app', 'app:beta'],
  'libs/client': ['layer:platform'],
  'libs/database': ['layer:platform'],
  'libs/errors': ['layer:core'],
  'libs/rpc': ['layer:platform'],
  'libs/testing': ['layer:platform'],
};

/** Two apps and a few libraries under the rules of this repository. */
export function createWorkspace(): Workspace {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'weir-boundaries-')));
  const write = (file: string, code: string): void => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), code);
  };

  for (const file of RULES) cpSync(join(ROOT, file), join(dir, file), { recursive: true });
  for (const [root, tags] of Object.entries(PACKAGES)) writePackage(root, tags, write);
  linkModules(dir);

  return {
    dir,
    write,
    json: (program, ...args) => runForJson(dir, program, args),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function writePackage(root: string, tags: string[], write: Workspace['write']): void {
  const name = root.split('/')[1] ?? root;
  const manifest = { name: `@weir/${name}`, version: '0.1.0', type: 'module', exports: { '.': './src/index.ts' } };
  const compilerOptions = { rootDir: '.', outDir: 'dist', types: ['node'] };
  write(`${root}/package.json`, JSON.stringify({ ...manifest, nx: { tags } }));
  write(
    `${root}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['src/**/*.ts'] }),
  );
  write(`${root}/src/index.ts`, `export { ${name} } from './${name}.ts';\n`);
  write(`${root}/src/${name}.ts`, `/** What ${name} offers. */\nexport const ${name} = (): number => 1;\n`);
}

function linkModules(dir: string): void {
  const modules = join(ROOT, 'node_modules');
  mkdirSync(join(dir, 'node_modules/@weir'), { recursive: true });
  for (const entry of readdirSync(modules).filter((name) => name !== '@weir' && !name.startsWith('.package-lock'))) {
    symlinkSync(join(modules, entry), join(dir, 'node_modules', entry));
  }
  for (const root of Object.keys(PACKAGES)) {
    symlinkSync(join(dir, root), join(dir, 'node_modules/@weir', root.split('/')[1] ?? root));
  }
}

function runForJson(dir: string, program: string, args: string[]): unknown {
  const { NX_TASK_TARGET_PROJECT: _task, NX_WORKSPACE_ROOT: _root, ...env } = process.env;
  const script = join(ROOT, 'node_modules/.bin', program);
  const run = spawnSync(process.execPath, [realpathSync(script), ...args], {
    cwd: dir,
    env: { ...env, NX_DAEMON: 'false', NX_CACHE_DIRECTORY: join(dir, '.nx/cache') },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  try {
    return JSON.parse(run.stdout);
  } catch {
    throw new Error(`${program} printed no JSON (exit ${String(run.status)}):\n${run.stdout}\n${run.stderr}`);
  }
}
