import type { ComplianceControlResult } from '@weir/contracts/security';
import { controlResult } from '../domain/compliance/assessment.ts';
import type { Control } from '../domain/compliance/controls/control.ts';
import { CONTROLS } from '../domain/compliance/controls/index.ts';
import { demandingOf, type FrameworkConfig, type TenantFrameworks } from '../domain/compliance/framework-config.ts';
import type { KnownFramework } from '../domain/compliance/frameworks.ts';
import type { ControlBasis, SystemFacts } from '../domain/compliance/measures/basis.ts';
import type { ProvenLogEvent, Tally } from '../domain/compliance/measures/measure.ts';

/** A control while the log is read. */
interface RunningControl {
  readonly framework: KnownFramework;
  readonly control: Control;
  readonly tally: Tally;
}

/** What is measured, and by what. */
export interface Measuring {
  readonly configured: TenantFrameworks;
  /** The configurations that are measured against. */
  readonly configs: readonly FrameworkConfig[];
  /** When each framework was first configured. */
  readonly since: ReadonlyMap<KnownFramework, Date>;
  readonly facts: SystemFacts;
}

/** The controls that hold with these configurations, in the order of their frameworks. */
const controlsOf = (config: FrameworkConfig): readonly Control[] =>
  CONTROLS[config.framework].filter(({ holds }) => holds?.(config.parameters) ?? true);

/** The types of events that prove the controls of these configurations. */
export const typesOf = (configs: readonly FrameworkConfig[]): string[] =>
  [...new Set(configs.flatMap(controlsOf).flatMap(({ measure }) => measure.types))].sort();

/** Measures every control in one reading of the log; memory does not grow with it. */
export async function measureControls(
  measuring: Measuring,
  events: AsyncIterable<ProvenLogEvent>,
): Promise<ComplianceControlResult[]> {
  const running = measuring.configs.flatMap((config) => begin(measuring, config));
  const byType = new Map<string, Tally[]>();
  for (const { control, tally } of running) {
    for (const type of new Set(control.measure.types)) byType.set(type, [...(byType.get(type) ?? []), tally]);
  }
  for await (const proven of events) for (const tally of byType.get(proven.event.type) ?? []) tally.take(proven);
  return running.map(({ framework, control, tally }) => controlResult(framework, control, tally.finish()));
}

function begin({ configured, since, facts }: Measuring, config: FrameworkConfig): RunningControl[] {
  const { framework, configuredAt } = config;
  const requirements = demandingOf(configured).find((one) => one.framework === framework)?.requirements;
  if (!requirements) return [];
  const basis: ControlBasis = { ...facts, config, since: since.get(framework) ?? configuredAt, requirements };
  return controlsOf(config).map((control) => ({ framework, control, tally: control.measure.begin(basis) }));
}
