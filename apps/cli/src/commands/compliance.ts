import { writeFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import {
  AssessmentFormat,
  ComplianceFramework,
  ComplianceOutcome,
  type ComplianceControlResult,
} from '@weir/contracts/security';
import { withSession } from './connect.ts';
import { enumText, printTable } from './print.ts';
import { receiveExport } from './receive-export.ts';

const TIMEOUT_MS = 120_000;

/** `weir compliance …`: measure the controls of a tenant's frameworks, and take the result along. */
export function registerCompliance(program: Command): void {
  const compliance = program.command('compliance').description('measure controls, and export what came of it');

  registerEvaluate(compliance);
  registerExport(compliance);
}

function registerEvaluate(compliance: Command): void {
  compliance
    .command('evaluate <tenant>')
    .description('measure every control of the active frameworks; fails when one is not satisfied')
    .option('--failed', 'only controls that are not satisfied')
    .action(async (tenant: string, { failed }: { failed?: boolean }, command: Command) => {
      const { assessment } = await withSession(command, (session) =>
        session.compliance.evaluateCompliance({ tenant: `tenants/${tenant}` }, { timeoutMs: TIMEOUT_MS }),
      );
      const results = assessment?.results ?? [];
      const broken = results.filter(({ outcome }) => outcome === ComplianceOutcome.NOT_SATISFIED);
      printTable([['framework', 'control', 'outcome', 'why'], ...(failed === true ? broken : results).map(rowOf)]);
      process.stdout.write(`\n${assessment?.name ?? ''} at log size ${assessment?.logHead?.treeSize ?? 0n}\n`);
      if (broken.length > 0) throw new Error(`${broken.length} of ${results.length} controls are not satisfied`);
    });
}

const rowOf = ({ framework, controlId, outcome, reason }: ComplianceControlResult): string[] => [
  enumText(ComplianceFramework, framework),
  controlId,
  enumText(ComplianceOutcome, outcome),
  reason,
];

function registerExport(compliance: Command): void {
  compliance
    .command('export <assessment>')
    .description('write an assessment ("tenants/acme/assessments/…") with all of its evidence')
    .addOption(new Option('--format <format>', 'oscal or json').choices(['oscal', 'json']).default('oscal'))
    .option('--out <file>', 'where to; default stdout')
    .action(async (name: string, { format, out }: ExportOptions, command: Command) => {
      const wanted = format === 'json' ? AssessmentFormat.JSON : AssessmentFormat.OSCAL;
      const bytes = await withSession(command, (session) =>
        receiveExport(session.compliance.exportAssessment({ name, format: wanted }, { timeoutMs: TIMEOUT_MS })),
      );
      if (out === undefined) process.stdout.write(bytes);
      else writeFileSync(out, bytes);
    });
}

interface ExportOptions {
  readonly format: string;
  readonly out?: string;
}
