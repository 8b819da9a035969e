import { DeploymentServiceDefinition } from '@weir/contracts/deployment';
import { bind, type Binding } from '@weir/rpc';
import { abortDeployment } from './handlers/abort-deployment.ts';
import { createDeployment, type CreateParts } from './handlers/create-deployment.ts';
import { freezeDeployment } from './handlers/freeze-deployment.ts';
import { getDeployment } from './handlers/get-deployment.ts';
import { listDeployments } from './handlers/list-deployments.ts';
import { listRevisions } from './handlers/list-revisions.ts';
import { promoteDeployment } from './handlers/promote-deployment.ts';
import { rollbackDeployment } from './handlers/rollback-deployment.ts';
import { watchDeployment } from './handlers/watch-deployment.ts';
import { watchRoutes } from './handlers/watch-routes.ts';
import type { ChangeSignal } from './routes/change-signal.ts';
import type { RouteFeed } from './routes/route-feed.ts';
import type { RouteStore } from './store/route-store.ts';

/** What the handlers of this service are made of. */
export interface ServiceParts extends CreateParts {
  readonly routes: RouteStore;
  readonly feed: RouteFeed;
  readonly changes: ChangeSignal;
}

/** The table of contents: one line per RPC. What is left out answers UNIMPLEMENTED. */
export function deploymentBindings(parts: ServiceParts): Binding[] {
  const { rollouts, routes, feed, changes } = parts;
  return [
    bind(DeploymentServiceDefinition, {
      createDeployment: createDeployment(parts),
      getDeployment: getDeployment(rollouts),
      listDeployments: listDeployments(rollouts),
      watchDeployment: watchDeployment(rollouts, changes),
      promoteDeployment: promoteDeployment(parts),
      abortDeployment: abortDeployment(parts),
      freezeDeployment: freezeDeployment(parts),
      rollbackDeployment: rollbackDeployment(parts),
      listRevisions: listRevisions(rollouts),
      watchRoutes: watchRoutes(routes, feed),
    }),
  ];
}
