import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { Event } from '@weir/contracts/audit';
import { noteVerifier, parseProofFile, ProofError, verifyProof, type ProofFile, type ProvenEvent } from '@weir/merkle';
import { timeText } from '../print.ts';

/** `weir audit verify`: proofs in a file, checked here with no server. */
export function registerVerify(audit: Command): void {
  audit
    .command('verify <file>')
    .description('check proofs offline: a proof file, an export, or what grpcurl printed; no server is asked')
    .option('--key <vkey>', "the log's verifier key, from somewhere you trust; default: the one that the file names")
    .option('--events', 'print the proven events as JSON, one a line', false)
    .action(async (file: string, { key, events }: { key?: string; events: boolean }) => {
      let count = 0;
      for await (const found of proofsIn(file)) {
        const trusted = key ?? found.verifierKey;
        if (trusted === undefined) throw new Error('the file names no key: give --key');
        const proven = verifyProof(found.proof, [noteVerifier(trusted)]);
        process.stdout.write(`${events ? JSON.stringify(Event.toJSON(Event.decode(proven.event))) : lineOf(proven)}\n`);
        count += 1;
      }
      process.stderr.write(`${count} proven\n`);
      if (key === undefined) process.stderr.write('note: the key came with the proof; a forger would bring his own\n');
    });
}

function lineOf({ index, head, event }: ProvenEvent): string {
  const { type, time, principal } = Event.decode(event);
  return `proven: index ${index} of ${head.size} in ${head.origin}: ${type} at ${timeText(time)} by ${principal || '-'}`;
}

/** The proofs of a file, a line at a time where it has one on each: an export may be larger than memory. */
async function* proofsIn(path: string): AsyncGenerator<ProofFile> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    number += 1;
    const isWhole = number > 1 || isJson(line);
    if (!isWhole) {
      yield* parseProofFile(readFileSync(path, 'utf8'));
      return;
    }
    if (!isJson(line)) throw new ProofError(`line ${number} is not JSON`);
    yield* parseProofFile(line);
  }
  if (number === 0) throw new ProofError('the file holds no proof');
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
