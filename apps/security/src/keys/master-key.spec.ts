import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMasterKey } from './master-key-file.ts';
import { masterKey } from './master-key.ts';

describe('a master key', () => {
  const master = masterKey(randomBytes(32));

  it('opens what it sealed, in the same context', () => {
    const sealed = master.seal(Buffer.from('a private key'), 'signing key 1');

    expect(master.open(sealed, 'signing key 1').toString()).toBe('a private key');
    expect(sealed.includes('private')).toBe(false);
  });

  it('opens nothing in another context, of another key, or with a bit changed', () => {
    const sealed = master.seal(Buffer.from('secret'), 'one');

    expect(() => master.open(sealed, 'two')).toThrow();
    expect(() => masterKey(randomBytes(32)).open(sealed, 'one')).toThrow();
    for (let index = 0; index < sealed.length; index += 1) {
      const broken = Buffer.from(sealed);
      broken.writeUInt8(broken.readUInt8(index) ^ 1, index);
      expect(() => master.open(broken, 'one')).toThrow();
    }
    expect(() => master.open(sealed.subarray(0, -1), 'one')).toThrow();
  });
});

describe('the file of a master key', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'weir-master-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, for its owner only, and read from then on', () => {
    const path = join(folder, 'state', 'master.key');

    const first = loadMasterKey(path);
    const text = readFileSync(path, 'utf8');

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadMasterKey(path).fingerprint).toBe(first.fingerprint);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that holds no key is refused by name', () => {
    const path = join(folder, 'master.key');
    writeFileSync(path, 'not a key');

    expect(() => loadMasterKey(path)).toThrow(`MASTER_KEY_FILE (${path}) must hold 32 bytes as base64`);
  });
});
