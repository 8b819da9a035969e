import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const HERE = import.meta.dirname;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-bootstrap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, content: unknown): void => {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
};
const script = (module: string, code: string): string[] => [
  '--input-type=module',
  '-e',
  `import * as it from ${JSON.stringify(pathToFileURL(join(HERE, module)).href)};\n${code}`,
];

describe('the state of node_modules', () => {
  const lock = (version: string) => ({
    packages: {
      '': { name: 'x' },
      'node_modules/a': { version, integrity: `sha512-${version}` },
      'node_modules/b': { version: '1.0.0', optional: true, os: ['aix'] },
    },
  });
  const installed = (version: string) => ({ packages: { 'node_modules/a': lock(version).packages['node_modules/a'] } });
  const state = (): string =>
    spawnSync(process.execPath, script('lockfile.mjs', `console.log(it.installedState(${JSON.stringify(folder)}))`), {
      encoding: 'utf8',
    }).stdout.trim();

  it('is missing before the first install, and after one that was cut short', () => {
    write('package-lock.json', lock('1.0.0'));

    expect(state()).toBe('missing');
  });

  it('is current when npm was run by hand, without packages of other platforms', () => {
    write('package-lock.json', lock('1.0.0'));
    write('node_modules/.package-lock.json', installed('1.0.0'));

    expect(state()).toBe('current');
    expect(readFileSync(join(folder, 'node_modules/.weir-installed'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is stale when the lockfile asks for another version', () => {
    write('package-lock.json', lock('1.0.0'));
    write('node_modules/.package-lock.json', installed('1.0.0'));
    state();
    write('package-lock.json', lock('1.0.1'));

    expect(state()).toBe('stale');
  });
});

describe('a program that serves', () => {
  const program = `
    process.on('SIGINT', () => { process.stdout.write('SIGINT\\n'); setTimeout(() => process.exit(7), 300); });
    process.on('disconnect', () => process.exit(8));
    setInterval(() => {}, 1000);
    process.stdout.write('up ' + process.pid + ' ' + process.argv.slice(2).join('|') + '\\n');`;
  const supervise = (): { launcher: ChildProcess; output: () => string } => {
    write('program.mjs', program);
    const args = JSON.stringify([join(folder, 'program.mjs'), '--exit', 'two words']);
    const launcher = spawn(
      process.execPath,
      script(
        'execute.mjs',
        `process.exitCode = await it.execute({ node: process.execPath, root: ${JSON.stringify(folder)}, args: ${args}, serves: true });`,
      ),
    );
    let output = '';
    launcher.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    return { launcher, output: () => output };
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await sleep(20);
  };
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('gets its arguments as they are, hears Ctrl-C once, and its exit code counts', async () => {
    const { launcher, output } = supervise();
    await until(() => output().includes('up'));
    launcher.kill('SIGINT');
    await sleep(20);
    launcher.kill('SIGINT');
    const code = await new Promise((resolve) => launcher.on('close', resolve));

    expect(output()).toMatch(/^up \d+ --exit\|two words\nSIGINT\n$/);
    expect(code).toBe(7);
  });

  it('learns that its launcher was killed', async () => {
    const { launcher, output } = supervise();
    await until(() => output().includes('up'));
    const pid = Number(/up (\d+)/.exec(output())?.[1]);
    launcher.kill('SIGKILL');
    await until(() => !isAlive(pid));

    expect(isAlive(pid)).toBe(false);
  });
});

describe('a task', () => {
  it('that does not exist is answered with those that do', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(HERE, 'run.mjs'), 'fly'], { encoding: 'utf8' });

    expect(status).toBe(2);
    expect(stderr).toContain('There is no task "fly". Tasks: start, dev, weir, test,');
  });
});
