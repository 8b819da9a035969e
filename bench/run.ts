import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { audit } from './audit/audit.ts';
import { call } from './call/call.ts';
import { pii } from './pii/pii.ts';
import { registry } from './registry/registry.ts';
import { security } from './security/security.ts';

const benches: Readonly<Record<string, Bench>> = { audit, call, pii, registry, security };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, small: { type: 'boolean', default: false } },
});
const [name = '', ...parts] = positionals;
const bench = benches[name];

if (!bench) {
  const known = Object.entries(benches).map(([key, { question }]) => `  npm run bench -- ${key}   ${question}`);
  process.stderr.write(`usage: npm run bench -- <name> [part...] [--small] [--json]\n${known.join('\n')}\n`);
  process.exit(2);
}

// Servers of a bench are killed, and leave their folders for whoever started them.
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
process.env['TMPDIR'] = folder;
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
const results = await bench.run({ small: values.small, parts, say });
for (const { what, value, aim, met } of results) {
  say(
    `  ${what.padEnd(36)} ${String(value).padStart(10)}  ${aim === '' ? '' : `aim ${aim}: ${met ? 'met' : 'not met'}`}`,
  );
}
if (values.json) process.stdout.write(`${JSON.stringify({ name, results })}\n`);
process.exit(0);
