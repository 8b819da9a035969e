import { Colour, DeploymentServiceDefinition, Phase, Promotion, type Deployment } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import { first, present, TENANT, type People } from './people.ts';
import { COMPONENT } from './registry-life.ts';

const seconds = (count: bigint) => ({ seconds: count, nanos: 0 });
const specOf = (version: string, promotion: Promotion) => ({
  environment: Environment.DEVELOPMENT,
  component: COMPONENT,
  version,
  container: { minReplicas: 1, maxReplicas: 1 },
  strategy: {
    promotion,
    drainTimeout: seconds(1n),
    rollbackWindow: seconds(120n),
    abortAfter: seconds(120n),
    analysis: { window: seconds(1n) },
  },
});

/** Rolls two versions out by hand, one of them back, and aborts a third: every method of DeploymentService. */
export async function deploymentLife({ owner, agent }: People): Promise<void> {
  const deployments = owner.client(DeploymentServiceDefinition);
  const until = async (name: string, holds: (state: Deployment) => boolean): Promise<void> => {
    for await (const { deployment } of deployments.watchDeployment({ name }, { timeoutMs: 120_000 })) {
      if (deployment && holds(deployment)) return;
      if (deployment && deployment.phase > Phase.SUCCEEDED)
        throw new Error(`${name}: ${deployment.failure?.description}`);
    }
  };
  const rollOut = async (version: string, promotion: Promotion): Promise<string> => {
    const { deployment } = await deployments.createDeployment({ parent: TENANT, spec: specOf(version, promotion) });
    return present(deployment, 'deployment').name;
  };

  const blue = await rollOut('1.0.0', Promotion.AUTO);
  await until(blue, ({ phase }) => phase === Phase.SUCCEEDED);
  const green = await rollOut('1.1.0', Promotion.MANUAL);
  await until(green, ({ phase }) => phase === Phase.AWAITING_PROMOTION);
  await deployments.promoteDeployment({ name: green, reason: 'looks good' });
  await until(green, ({ phase }) => phase === Phase.SUCCEEDED);
  await deployments.rollbackDeployment({ name: green, reason: 'too slow' });
  await until(green, ({ phase }) => phase === Phase.ROLLED_BACK);
  const third = await rollOut('1.1.0', Promotion.MANUAL);
  await deployments.freezeDeployment({ name: third, reason: 'a look at it' });
  await deployments.abortDeployment({ name: third, reason: 'not today' });

  await deployments.getDeployment({ name: green });
  await deployments.listDeployments({ parent: TENANT });
  await deployments.listRevisions({ parent: TENANT, environment: Environment.DEVELOPMENT, component: COMPONENT });
  await first(agent.client(DeploymentServiceDefinition).watchRoutes({}));
}

/** What a deployment would be on Kubernetes. */
export async function manifestsLife({ owner }: People): Promise<void> {
  const deployments = owner.client(DeploymentServiceDefinition);
  await deployments.renderManifests({ parent: TENANT, spec: specOf('1.0.0', Promotion.AUTO), colour: Colour.BLUE });
}
