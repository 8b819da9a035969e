import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { contractPorts } from '@weir/mesh';
import { z } from 'zod';
import { printTable } from '../print.ts';

/** The services that remember heads. */
const WITNESSES = ['security', 'deployment'] as const;

const Page = z.object({
  logs: z.array(
    z.object({
      tenant: z.string(),
      size: z.string(),
      note: z.string(),
      verifierKey: z.string(),
      seenAt: z.string(),
      problem: z.string().optional(),
      firstBadIndex: z.string().optional(),
    }),
  ),
});

/** A head that a service remembers. */
export type Remembered = z.output<typeof Page>['logs'][number] & { readonly service: string };

/** What security and deployment remember of a log, read from their ops ports. */
export async function rememberedHeads(tenant: string): Promise<Remembered[]> {
  const heads: Remembered[] = [];
  for (const service of WITNESSES) {
    const host = process.env[`${service.toUpperCase()}_OPS_ADDRESS`] ?? `127.0.0.1:${contractPorts[service].ops}`;
    const response = await fetch(`http://${host}/audit-checkpoints`).catch(() => undefined);
    if (!response?.ok) throw new Error(`${service} does not answer on its ops port, http://${host}/audit-checkpoints`);
    const { logs } = Page.parse(await response.json());
    heads.push(...logs.filter((log) => log.tenant === tenant).map((log) => ({ ...log, service })));
  }
  return heads;
}

/** `weir audit remembered`: the heads that the other services keep, against truncation and roll-back. */
export function registerRemembered(audit: Command): void {
  audit
    .command('remembered <tenant>')
    .description('show the last head of a log that security and deployment saw and accepted')
    .option('--out <folder>', 'write the notes there, as <service>.note')
    .action(async (tenant: string, { out }: { out?: string }) => {
      const heads = await rememberedHeads(tenant);
      const rows = heads.map(({ service, size, seenAt, problem, firstBadIndex }) => [
        service,
        size,
        seenAt,
        problem === undefined ? 'consistent so far' : `REFUSED since: ${problem}`,
        firstBadIndex ?? '',
      ]);
      printTable([['service', 'size', 'seen', 'successor', 'first bad index'], ...rows]);
      if (out !== undefined) for (const { service, note } of heads) writeFileSync(join(out, `${service}.note`), note);
    });
}
