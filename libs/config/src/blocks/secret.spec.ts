import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { secret, secretFile, secretOf } from './secret.ts';

describe('secret', () => {
  it('prints nowhere', () => {
    const value = secret().parse('hunter2');

    const printed = [String(value), JSON.stringify({ value }), inspect({ value }), inspect(value, { depth: 9 })];

    expect(printed.join()).not.toContain('hunter2');
    expect(value.reveal()).toBe('hunter2');
  });

  it('stays undefined where there is none', () => {
    expect(secretOf(undefined)).toBeUndefined();
  });
});

describe('secretFile', () => {
  const dir = mkdtempSync(join(tmpdir(), 'weir-secret-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('reads the content of the file, without its last line break', () => {
    writeFileSync(join(dir, 'key'), 'hunter2\n');

    expect(secretFile().parse(join(dir, 'key')).reveal()).toBe('hunter2');
  });

  it('refuses a file that is missing or empty', () => {
    writeFileSync(join(dir, 'empty'), '\n');

    expect(secretFile().safeParse(join(dir, 'missing')).success).toBe(false);
    expect(secretFile().safeParse(join(dir, 'empty')).success).toBe(false);
  });
});
