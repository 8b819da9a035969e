import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whereToResume } from './resume-export.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, 'log.jsonl');
  writeFileSync(path, text);
  return path;
}

/** A line of an export of acme, of the log of 20 events. */
const line = (index: number, details = ''): string => {
  const checkpoint = `weir.example/tenants/acme\n20\n${Buffer.alloc(32).toString('base64')}\n\n— x eA==\n`;
  const proof = { event: 'AA==', index: String(index), auditPath: [], checkpoint };
  return `${JSON.stringify({ name: `tenants/acme/events/${index}`, event: { details: { details } }, proof })}\n`;
};

describe('an export goes on', () => {
  it('from the beginning where there is no file, or nothing in it', async () => {
    const fresh = { treeSize: 0n, startIndex: 0n };
    expect(await whereToResume(join(folder, 'none'), 'acme')).toEqual(fresh);
    expect(await whereToResume(fileOf(''), 'acme')).toEqual(fresh);
  });

  it('after the last event that is there to its end, of the same tree', async () => {
    expect(await whereToResume(fileOf(line(3) + line(7)), 'acme')).toEqual({ treeSize: 20n, startIndex: 8n });
  });

  it.each([1, 30, line(7).length - 1])('without the line of which only %i bytes came', async (bytes) => {
    const path = fileOf(line(3) + line(7).slice(0, bytes));
    expect(await whereToResume(path, 'acme')).toEqual({ treeSize: 20n, startIndex: 4n });
    expect(readFileSync(path, 'utf8')).toBe(line(3));
  });

  it('whatever characters the details hold', async () => {
    const text = line(3, 'one\u2028two\u2029three\u0085four') + line(7, 'ü\u2028');
    const path = fileOf(text);
    expect(await whereToResume(path, 'acme')).toEqual({ treeSize: 20n, startIndex: 8n });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('a file stays as it is', () => {
  it.each([
    ['something else', 'Dear diary,\nnothing happened.\n'],
    ['something else that breaks off', 'Dear diary'],
    ['a proof', '{"format":"weir-audit-proof-v1","proof":{}}\n'],
    ['JSON over many lines', '{\n  "report": {}\n}\n'],
    ['an export of another log', line(3).replaceAll('tenants/acme', 'tenants/globex')],
    ['an export that something was written to', `${line(3)}Dear diary\n`],
  ])('that holds %s', async (_what, text) => {
    const path = fileOf(text);
    await expect(whereToResume(path, 'acme')).rejects.toThrow('is there and is no export of acme: name another file');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
