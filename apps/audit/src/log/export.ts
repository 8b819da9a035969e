import type { Scope } from '@weir/context';
import type { Matches } from '../domain/event-filter.ts';
import { exportLine } from '../domain/export-line.ts';
import { toLogged } from '../domain/logged-event.ts';
import type { LogStore } from '../store/log-store.ts';
import type { SignedHead } from './heads.ts';
import type { Prover } from './prover.ts';
import { scan } from './scan.ts';

/** Some lines of an export. */
export interface ExportedLines {
  readonly lines: Buffer;
  /** The index to go on from. */
  readonly next: bigint;
}

/** What to export. */
export interface Export {
  readonly scope: Scope;
  readonly head: SignedHead;
  readonly from: bigint;
  readonly matches: Matches;
}

const MAX_BYTES = 2 ** 20;
/** Messages without a line, where nothing matches for long, come this often. */
const SILENT_SCANS = 20;

/** The matching events below a head as JSON Lines with their proofs. It holds one message in memory. */
export async function* exportLines(
  store: LogStore,
  prover: Prover,
  { scope, head, from, matches }: Export,
): AsyncGenerator<ExportedLines> {
  const { tenant } = head.log;
  const range = { from, to: head.head.size } as const;
  let silent = 0;
  let next = from;
  for await (const scanned of scan(store, scope, tenant, range, matches)) {
    let lines: Buffer[] = [];
    let bytes = 0;
    for (const { stored } of scanned.matches) {
      const proof = await prover.prove(head, stored);
      const line = exportLine(toLogged(tenant, stored, proof));
      if (bytes + line.length > MAX_BYTES && lines.length > 0) {
        yield { lines: Buffer.concat(lines), next };
        lines = [];
        bytes = 0;
      }
      lines.push(line);
      bytes += line.length;
      next = stored.index + 1n;
    }
    next = scanned.next;
    silent = lines.length > 0 ? 0 : silent + 1;
    if (lines.length > 0 || silent % SILENT_SCANS === 0) yield { lines: Buffer.concat(lines), next };
  }
  if (silent % SILENT_SCANS !== 0 || next === from) yield { lines: Buffer.alloc(0), next };
}
