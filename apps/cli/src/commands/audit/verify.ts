import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Event } from '@weir/contracts/audit';
import {
  noteVerifier,
  parseProofFile,
  ProofError,
  verifyProof,
  type NoteVerifier,
  type ProofFile,
  type ProvenEvent,
} from '@weir/merkle';
import type { Session } from '../../session.ts';
import { withSession } from '../connect.ts';
import { timeText } from '../print.ts';
import { linesIn } from './lines-in.ts';
import { readableEvent } from './open-sealed.ts';
import { saysTheSame } from './readable-copy.ts';

interface VerifyOptions {
  readonly key?: string;
  readonly events: boolean;
  readonly open: boolean;
}

/** `weir audit verify`: proofs in a file, checked here with no server. */
export function registerVerify(audit: Command): void {
  audit
    .command('verify <file>')
    .description('check proofs offline: a proof file, an export, or what grpcurl printed; no server is asked')
    .option('--key <vkey>', "the log's verifier key, from somewhere you trust; default: the one that the file names")
    .option('--events', 'print the proven events as JSON, one a line', false)
    .option(
      '--open',
      'the same, and have security open what is sealed about persons: the only thing that is asked',
      false,
    )
    .action(async (file: string, { key, events, open }: VerifyOptions, command: Command) => {
      let count = 0;
      const verify = async (crypto?: Session['crypto']): Promise<void> => {
        for await (const found of proofsIn(file)) {
          const trusted = key ?? found.verifierKey;
          if (trusted === undefined) throw new Error('the file names no key: give --key');
          const proven = provenIn(found, noteVerifier(trusted), count + 1);
          const isWhole = events || open;
          const line = isWhole ? await readableEvent(Event.decode(proven.event), crypto) : lineOf(proven);
          process.stdout.write(`${line}\n`);
          count += 1;
        }
      };
      await (open ? withSession(command, ({ crypto }) => verify(crypto)) : verify());
      if (count === 0) throw new ProofError('the file holds no proof');
      process.stderr.write(`${count} proven\n`);
      if (key === undefined) process.stderr.write('note: the key came with the proof; a forger would bring his own\n');
    });
}

/** Verifies the proof of that number in the file, and that the file says nothing else of the event beside it. */
function provenIn(found: ProofFile, key: NoteVerifier, number: number): ProvenEvent {
  try {
    const proven = verifyProof(found.proof, [key]);
    if (found.readable !== undefined && !saysTheSame(found.readable, proven)) {
      throw new ProofError('what the file says of the event beside its proof is not what is proven: it was edited');
    }
    return proven;
  } catch (error) {
    throw error instanceof ProofError ? new ProofError(`proof ${number}: ${error.message}`, { cause: error }) : error;
  }
}

function lineOf({ index, head, event }: ProvenEvent): string {
  const { type, time, principal } = Event.decode(event);
  return `proven: index ${index} of ${head.size} in ${head.origin}: ${type} at ${timeText(time)} by ${principal || '-'}`;
}

/** The proofs of a file, a line at a time where it has one on each: an export may be larger than memory. */
async function* proofsIn(path: string): AsyncGenerator<ProofFile> {
  let number = 0;
  for await (const bytes of linesIn(path)) {
    const line = bytes.toString();
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
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
