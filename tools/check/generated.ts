import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, type Outcome } from '../process/run.ts';
import { inTurn } from './step.ts';

const GENERATED = 'libs/contracts/src/gen';

/** Generates the contract anew and compares. */
export async function generated(): Promise<Outcome> {
  const fresh = mkdtempSync(join(tmpdir(), 'weir-generated-'));
  try {
    return await inTurn(
      () => capture('bash', ['tools/gen/contracts.sh', fresh]),
      () => capture('diff', ['-rq', GENERATED, join(fresh, GENERATED)]),
    );
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
