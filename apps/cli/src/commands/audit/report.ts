import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { GenerateReportResponse, type Report, ReportKind } from '@weir/contracts/audit';
import { Audit } from '@weir/contracts/options';
import { withSession } from '../connect.ts';
import { enumText, printTable } from '../print.ts';
import { messageToJson } from '../proto-json.ts';
import { timeArgument } from './arguments.ts';

const KINDS: Readonly<Record<string, ReportKind>> = {
  soc2: ReportKind.SOC2,
  gdpr: ReportKind.GDPR,
  hipaa: ReportKind.HIPAA,
  'pci-dss': ReportKind.PCI_DSS,
  coverage: ReportKind.COVERAGE,
};
const MINUTES_MS = 30 * 60_000;

interface ReportOptions {
  readonly since: Date;
  readonly until?: Date;
  readonly out?: string;
}

/** `weir audit report`: what the events of a period say, by control of a framework or by method. */
export function registerReport(audit: Command): void {
  audit
    .command('report <tenant> <kind>')
    .description(`what the events of a period say: ${Object.keys(KINDS).join(', ')}`)
    .requiredOption('--since <time>', 'from this time on', timeArgument)
    .option('--until <time>', 'up to this time; default: now', timeArgument)
    .option('--out <file>', 'write the whole report there as JSON, with its proofs')
    .action(async (tenant: string, word: string, options: ReportOptions, command: Command) => {
      const kind = KINDS[word];
      if (kind === undefined) throw new Error(`${word} is no report: ${Object.keys(KINDS).join(', ')}`);
      const { since: startTime, until: endTime = new Date() } = options;
      const { report } = await withSession(command, (session) =>
        session.audit.generateReport(
          { tenant: `tenants/${tenant}`, kind, startTime, endTime },
          { timeoutMs: MINUTES_MS },
        ),
      );
      if (!report) throw new Error('the service answered without a report');
      if (options.out !== undefined) writeFileSync(options.out, asJson(report));
      process.stdout.write(`${report.eventCount} events, log of size ${report.checkpoint?.treeSize ?? 0n}\n`);
      printTable(kind === ReportKind.COVERAGE ? coverageRows(report) : sectionRows(report));
    });
}

const asJson = (report: Report): string =>
  `${JSON.stringify(messageToJson('weir.audit.v1.GenerateReportResponse', GenerateReportResponse, { report }), undefined, 2)}\n`;

type Counts = Report['sections'][number]['counts'];

const total = (counts: Counts, of: 'succeeded' | 'refused' | 'failed'): string =>
  String(counts.reduce((sum, count) => sum + count[of], 0n));

const sectionRows = ({ sections }: Report): string[][] => [
  ['control', 'title', 'succeeded', 'refused', 'failed', 'principals', 'evidence'],
  ...sections.map(({ control, title, counts, principalCount, evidence }) => [
    control,
    title,
    ...(['succeeded', 'refused', 'failed'] as const).map((of) => total(counts, of)),
    String(principalCount),
    String(evidence.length),
  ]),
];

const coverageRows = ({ coverage }: Report): string[][] => [
  ['method', 'declared', 'succeeded', 'refused', 'failed', 'missing fields'],
  ...coverage.map(({ method, declared, counts, missingFields }) => [
    method,
    enumText(Audit, declared),
    ...(['succeeded', 'refused', 'failed'] as const).map((of) => total(counts, of)),
    missingFields.map(({ field, eventCount }) => `${field} (${eventCount})`).join(', '),
  ]),
];
