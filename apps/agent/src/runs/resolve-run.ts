import { RunPhase } from '@weir/contracts/agent';
import type { Route } from '@weir/contracts/deployment';
import { environmentToJSON, Environment, type Tenant } from '@weir/contracts/registry';
import { invalid, reason } from '@weir/errors';
import { dataFlags } from '../domain/data-flags.ts';
import { limitsOf } from '../domain/run-limits.ts';
import { planRun, type RunPlan } from '../domain/run-plan.ts';
import { checkActive } from '../domain/tenant.ts';
import { datasetsOf, findInputs, type RunInput } from './prepared-run.ts';
import type { RunInProgress } from './run-parts.ts';
import type { RunOrder } from './run-order.ts';

/** What a run does, on what, and where. */
export interface ResolvedRun {
  readonly plan: RunPlan;
  readonly inputs: readonly RunInput[];
  /** The deployment that takes it; undefined: the shared workers. */
  readonly route: Route | undefined;
}

/** The environment that a run is for. */
export const environmentOf = ({ spec }: RunOrder): Environment =>
  spec.environment === Environment.UNSPECIFIED ? Environment.PRODUCTION : spec.environment;

/** Whether the tenant may run anything in the environment asked for. */
export async function admit({ parts, order }: RunInProgress): Promise<Tenant> {
  const owner = await parts.tenants.get(`tenants/${order.tenant}`);
  checkActive(owner);
  const environment = environmentOf(order);
  if (!owner.allowedEnvironments.includes(environment)) {
    const label = environmentToJSON(environment).replace('ENVIRONMENT_', '');
    throw reason('ENVIRONMENT_NOT_ALLOWED', { tenant: owner.name, environment: label });
  }
  return owner;
}

/** Finds version, data and route of a run, and checks that they go together. */
export const resolveRun = (run: RunInProgress, owner: Tenant): Promise<ResolvedRun> =>
  run.time.phase(RunPhase.RESOLVE, async () => {
    const { parts, order, signal } = run;
    const { tenant, spec, runId } = order;
    if (!spec.component) throw invalid([{ field: 'run.component', description: 'is required' }]);
    await parts.routes.settled();
    const environment = environmentOf(order);
    const served = parts.routes.find({ tenant: owner.name, environment, component: spec.component.component });
    const version = served ? `${served.component}/versions/${served.version}` : '';
    const known = served && { version, digest: served.digest };
    const component = await parts.catalogue.resolve(owner.name, spec.component, known, signal);
    const plan = planRun(component, { tenant, runId, spec, limits: limitsOf(spec.limits, owner, parts.limits) });
    const inputs = await findInputs(parts, plan, order);
    tellFacts(run, plan, inputs);
    // Another version than the one that is deployed: the shared workers execute any pipeline, but no container.
    const route = version === component.name ? served : undefined;
    if (!plan.pipeline && !route) throw notServed(component.name, environment);
    return { plan, inputs, route };
  });

function tellFacts({ parts, order, hooks }: RunInProgress, plan: RunPlan, inputs: readonly RunInput[]): void {
  const sizeBytes = datasetsOf(inputs).reduce((sum, dataset) => sum + dataset.sizeBytes, 0n);
  const [, component = ''] = plan.component.name.split('/');
  hooks.onFacts?.({
    agent: `tenants/${order.tenant}/agents/${component}`,
    dataset: inputs[0]?.stored.dataset.name ?? '',
    processingType: plan.processingType,
    dataSizeBytes: Number(sizeBytes),
    flags: dataFlags(sizeBytes, parts.largeDatasetBytes),
    details: { run_id: order.runId, component_version: plan.component.name },
  });
}

const notServed = (version: string, environment: Environment) =>
  reason('VERSION_NOT_SERVED', {
    asked: version,
    served: `no deployment in ${environmentToJSON(environment).replace('ENVIRONMENT_', '')}`,
  });
