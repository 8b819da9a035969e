import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { logVerdict } from '@weir/client';
import { FaultReason, type VerifyLogResponse } from '@weir/contracts/audit';
import { withSession } from '../connect.ts';
import { enumText } from '../print.ts';
import { progressLine } from '../progress-line.ts';
import { rememberedHeads } from './remembered.ts';

const HOURS_MS = 6 * 3_600_000;

interface CheckOptions {
  readonly known?: string[];
  readonly remembered: boolean;
}

/** `weir audit check`: has the service derive the whole log anew, held to heads that were kept elsewhere. */
export function registerCheck(audit: Command): void {
  audit
    .command('check <tenant>')
    .description('have the service derive the whole log anew and compare it with heads that were kept elsewhere')
    .option('--known <file...>', 'checkpoints that you kept')
    .option('--remembered', 'also with those that security and deployment remember', false)
    .action(async (tenant: string, { known = [], remembered }: CheckOptions, command: Command) => {
      const heads = remembered ? await rememberedHeads(tenant) : [];
      const knownCheckpoints = [...known.map((file) => readFileSync(file, 'utf8')), ...heads.map(({ note }) => note)];
      const answer = await withSession(command, async (session) => {
        using line = progressLine();
        const request = { tenant: `tenants/${tenant}`, knownCheckpoints };
        const messages = session.audit.verifyLog(request, { timeoutMs: HOURS_MS });
        return await logVerdict(messages, (message) => line.show(progressOf(message)));
      });
      if (answer.verdict.$case === 'inconsistent') {
        const { firstBadIndex, reason, description } = answer.verdict.value;
        const why = `${enumText(FaultReason, reason)}, ${description}`;
        throw new Error(`the log of ${tenant} is not consistent from index ${firstBadIndex} on: ${why}`);
      }
      const { checkedEventCount: checked, removedEventCount: removed } = answer;
      const held = `held to ${knownCheckpoints.length} kept heads`;
      process.stdout.write(`consistent: ${checked} events, ${removed} removed by retention, ${held}\n`);
      if (answer.treeSize === 0n)
        process.stderr.write(`note: nothing was ever recorded of ${tenant}: is that its id?\n`);
    });
}

function progressOf({ checkedEventCount, removedEventCount, treeSize, duration }: VerifyLogResponse): string {
  const reached = checkedEventCount + removedEventCount;
  const [done, all] = [reached, treeSize].map((count) => count.toLocaleString('en'));
  return `checked ${done} of ${all} events, ${duration?.seconds ?? 0n} s`;
}
