import {
  ComplianceFrameworkState,
  ComplianceParameters,
  type ComplianceFrameworkConfig,
  type ComplianceRequirements,
} from '@weir/contracts/security';
import { frameworkName, type KnownFramework } from './frameworks.ts';
import type { Demanding } from './merge.ts';
import { mergeRequirements } from './merge.ts';
import { defaultParameters, type Settled } from './parameters.ts';
import { requirementsOf } from './requirements.ts';

/** One revision of a framework's configuration. */
export interface FrameworkConfig {
  readonly framework: KnownFramework;
  readonly revision: bigint;
  readonly isActive: boolean;
  readonly parameters: Settled;
  readonly configuredAt: Date;
  readonly retentionAppliedAt: Date | undefined;
}

/** The frameworks of a tenant as they are configured now, and what their demands count from. */
export interface TenantFrameworks {
  readonly tenant: string;
  /** Those that were ever configured, in the order of the enum. */
  readonly configs: readonly FrameworkConfig[];
  /** When access rights were last reviewed. */
  readonly reviewedAt: Date | undefined;
}

const DAY_MS = 86_400_000;

/** What callers send back to say which configuration they have seen. */
export const configEtag = (config: Pick<FrameworkConfig, 'revision'> | undefined): string =>
  `r${config?.revision ?? 0n}`;

/** What the active frameworks of a tenant demand, each by itself. */
export const demandingOf = (frameworks: TenantFrameworks): Demanding[] =>
  frameworks.configs
    .filter(({ isActive }) => isActive)
    .map((config) => ({ framework: config.framework, requirements: demandsOf(config, frameworks.reviewedAt) }));

/** What they demand together. */
export const effectiveOf = (frameworks: TenantFrameworks): ComplianceRequirements =>
  mergeRequirements(demandingOf(frameworks));

/** A framework as callers see it. */
export function configMessage(
  { tenant, configs, reviewedAt }: TenantFrameworks,
  framework: KnownFramework,
): ComplianceFrameworkConfig {
  const config = configs.find((one) => one.framework === framework);
  const parameters = config?.parameters ?? defaultParameters(framework);
  return {
    name: frameworkName(tenant, framework),
    framework,
    state: stateOf(config),
    parameters: ComplianceParameters.create({ framework: parameters }),
    requirements: config ? demandsOf(config, reviewedAt) : requirementsOf(parameters),
    revision: config?.revision ?? 0n,
    etag: configEtag(config),
    configuredAt: config?.configuredAt,
    retentionAppliedAt: config?.retentionAppliedAt,
  };
}

/** With the day by which rights must be reviewed: it counts from the last review, or from the configuration. */
function demandsOf({ parameters, configuredAt }: FrameworkConfig, reviewedAt: Date | undefined) {
  const requirements = requirementsOf(parameters);
  const { accessReviewDays } = requirements;
  if (accessReviewDays === undefined) return requirements;
  const since = reviewedAt ?? configuredAt;
  return { ...requirements, accessReviewDueAt: new Date(since.getTime() + accessReviewDays * DAY_MS) };
}

function stateOf(config: FrameworkConfig | undefined): ComplianceFrameworkState {
  if (!config) return ComplianceFrameworkState.UNCONFIGURED;
  return config.isActive ? ComplianceFrameworkState.ACTIVE : ComplianceFrameworkState.DISABLED;
}
