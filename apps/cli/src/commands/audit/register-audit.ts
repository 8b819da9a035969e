import type { Command } from 'commander';
import { registerCheck } from './check.ts';
import { registerCheckpoint } from './checkpoint.ts';
import { registerContinues } from './continues.ts';
import { registerExport } from './export.ts';
import { registerProof } from './proof.ts';
import { registerQuery } from './query.ts';
import { registerRemembered } from './remembered.ts';
import { registerReport } from './report.ts';
import { registerTail } from './tail.ts';
import { registerVerify } from './verify.ts';

/** `weir audit …`: read the log, and check it without trusting the service. */
export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('read and check the audit log');
  const parts = [registerQuery, registerTail, registerExport, registerReport, registerProof, registerVerify];
  for (const register of [...parts, registerCheckpoint, registerContinues, registerRemembered, registerCheck]) {
    register(audit);
  }
}
