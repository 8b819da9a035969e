import { createReadStream, createWriteStream, existsSync, truncateSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { parseCheckpoint, parseProofFile } from '@weir/merkle';
import { withSession } from '../connect.ts';
import { filterOf, withFilter, type FilterOptions } from './filter.ts';

const HOURS_MS = 6 * 3_600_000;

/** `weir audit export`: matching events with their proofs, one a line; continues a file that was interrupted. */
export function registerExport(audit: Command): void {
  withFilter(audit.command('export <tenant>'))
    .description('write matching events with their proofs as JSON Lines; goes on where an interrupted one ended')
    .requiredOption('--out <file>', 'where to')
    .action(async (tenant: string, options: FilterOptions & { out: string }, command: Command) => {
      const resumed = await whereToResume(options.out);
      const file = createWriteStream(options.out, { flags: 'a' });
      let size = resumed.treeSize;
      await withSession(command, async (session) => {
        const request = { tenant: `tenants/${tenant}`, filter: filterOf(options), ...resumed };
        for await (const message of session.audit.exportEvents(request, { timeoutMs: HOURS_MS })) {
          size = message.treeSize;
          if (!file.write(message.lines)) await once(file, 'drain');
        }
      });
      file.end();
      await once(file, 'close');
      process.stdout.write(`exported: ${options.out}, proofs against the log of size ${size}\n`);
    });
}

/** Where the last whole line of a file ends an export, which is cut back to it; 0 and 0 for a new file. */
async function whereToResume(path: string): Promise<{ treeSize: bigint; startIndex: bigint }> {
  if (!existsSync(path)) return { treeSize: 0n, startIndex: 0n };
  let last: string | undefined;
  let bytes = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (!line.endsWith('}')) break;
    last = line;
    bytes += Buffer.byteLength(line) + 1;
  }
  truncateSync(path, bytes);
  const [proven] = last === undefined ? [] : parseProofFile(last);
  if (!proven) return { treeSize: 0n, startIndex: 0n };
  return { treeSize: parseCheckpoint(proven.proof.checkpoint).size, startIndex: proven.proof.index + 1n };
}
