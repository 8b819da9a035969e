import {
  AnalysisThresholds,
  ContainerConfig,
  Promotion,
  Strategy,
  type DeploymentSpec,
} from '@weir/contracts/deployment';
import {
  ScalingMetric,
  type Autoscaling,
  type ComponentVersion,
  type NetworkConfig,
  type ResourceRequirements,
  type SecurityContext,
} from '@weir/contracts/registry';
import { durationOf } from './durations.ts';

type Named = { readonly name: string };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The specification with every default filled in: from the component where it says, else those of the contract. */
export const fillSpec = (asked: DeploymentSpec, component: ComponentVersion): DeploymentSpec => ({
  ...asked,
  strategy: fillStrategy(asked.strategy ?? Strategy.create()),
  container: fillContainer(asked.container ?? ContainerConfig.create(), component),
});

function fillStrategy(asked: Strategy): Strategy {
  const manual = asked.promotion === Promotion.MANUAL;
  const analysis = asked.analysis ?? AnalysisThresholds.create();
  return {
    ...asked,
    promotion: manual ? Promotion.MANUAL : Promotion.AUTO,
    promoteAfter: manual ? undefined : (asked.promoteAfter ?? durationOf(0)),
    abortAfter: asked.abortAfter ?? durationOf(manual ? 24 * HOUR : 30 * MINUTE),
    analysis: {
      ...analysis,
      window: analysis.window ?? durationOf(30 * SECOND),
      smokeRuns: analysis.smokeRuns || 10,
      maxErrorRate: analysis.maxErrorRate ?? 0,
      maxErrorRateIncrease: analysis.maxErrorRateIncrease ?? 0,
      maxP95Ratio: analysis.maxP95Ratio ?? 1.5,
    },
    minReadyReplicas: asked.minReadyReplicas || 1,
    drainTimeout: asked.drainTimeout ?? durationOf(5 * MINUTE),
    rollbackWindow: asked.rollbackWindow ?? durationOf(HOUR),
  };
}

function fillContainer(asked: ContainerConfig, { resources, runtime }: ComponentVersion): ContainerConfig {
  const own = runtime?.kind?.$case === 'container' ? runtime.kind.value : undefined;
  const minReplicas = asked.minReplicas || own?.minReplicas || 1;
  return {
    resources: fillResources(asked.resources, resources),
    env: byName(own?.env ?? [], asked.env),
    volumes: byName(own?.volumes ?? [], asked.volumes),
    network: fillNetwork(asked.network ?? own?.network),
    minReplicas,
    maxReplicas: asked.maxReplicas || Math.max(own?.maxReplicas || 10, minReplicas),
    autoscaling: fillAutoscaling(asked.autoscaling ?? own?.autoscaling),
    securityContext: fillSecurity(asked.securityContext ?? own?.securityContext),
    encryptionRequired: asked.encryptionRequired ?? own?.encryptionRequired ?? true,
    auditLogging: asked.auditLogging ?? own?.auditLogging ?? true,
  };
}

type Resources = ResourceRequirements | undefined;

const fillResources = (asked: Resources, needed: Resources): ResourceRequirements => ({
  cpuMillicores: asked?.cpuMillicores || needed?.cpuMillicores || 2_000,
  memoryBytes: asked?.memoryBytes || needed?.memoryBytes || 4n * 1024n ** 3n,
  ephemeralStorageBytes: asked?.ephemeralStorageBytes || needed?.ephemeralStorageBytes || 20n * 1024n ** 3n,
  gpuCount: asked?.gpuCount || needed?.gpuCount || 0,
  gpuMemoryBytes: asked?.gpuMemoryBytes || needed?.gpuMemoryBytes || 0n,
});

/** Those of the component, replaced by those of the same name that were asked for. */
const byName = <T extends Named>(own: readonly T[], asked: readonly T[]): T[] => [
  ...new Map([...own, ...asked].map((item) => [item.name, item])).values(),
];

const fillNetwork = (network: NetworkConfig | undefined): NetworkConfig => ({
  dataPort: network?.dataPort || 8_080,
  metricsPort: network?.metricsPort || 9_090,
  egress: network?.egress ?? [],
});

const DEFAULT_TARGETS: Autoscaling['targets'] = [
  { metric: ScalingMetric.CPU, target: 70 },
  { metric: ScalingMetric.MEMORY, target: 80 },
  { metric: ScalingMetric.DATA_THROUGHPUT, target: 100 },
];

const fillAutoscaling = (scaling: Autoscaling | undefined): Autoscaling => ({
  enabled: scaling?.enabled ?? true,
  targets: scaling?.targets.length ? scaling.targets : DEFAULT_TARGETS,
});

function fillSecurity(context: SecurityContext | undefined): SecurityContext {
  const runAsGroup = context?.runAsGroup || 10_001n;
  return {
    runAsUser: context?.runAsUser || 10_001n,
    runAsGroup,
    fsGroup: context?.fsGroup || runAsGroup,
    readOnlyRootFilesystem: context?.readOnlyRootFilesystem ?? true,
  };
}
