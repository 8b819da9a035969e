import { RouteColour, RouteKind, type RunRoute } from '@weir/contracts/agent';
import { reason } from '@weir/errors';

/** What a worker is for. A worker of the shared pool executes any pipeline of any tenant. */
export interface WorkerIdentity {
  /** "tenants/<id>", or undefined in the shared pool. */
  readonly tenant: string | undefined;
  /** "components/<id>/versions/<semver>" that it is bound to, with its digest. */
  readonly componentVersion: string | undefined;
  readonly digest: string | undefined;
  /** "tenants/<t>/deployments/<id>" and colour, where it is told. */
  readonly deployment: string | undefined;
  readonly colour: RouteColour;
  /** As its operators know it. */
  readonly name: string;
}

/** A run, as far as it decides where it may be executed. */
export interface RoutedRun {
  readonly tenant: string;
  readonly componentVersion: string;
  readonly digest: string;
  readonly route: Pick<RunRoute, 'deployment' | 'generation'> & { readonly kind: number; readonly colour: number };
}

/** Refuses a run that is not for this worker: ROUTE_STALE, VERSION_NOT_SERVED. */
export function refuseMisrouted(worker: WorkerIdentity, run: RoutedRun, seenGeneration: bigint): void {
  const { route } = run;
  const served = placeOf(worker);
  const isBound = worker.tenant !== undefined;
  const isElsewhere =
    (isBound && run.tenant !== worker.tenant) ||
    (!isBound && route.kind === RouteKind.DEPLOYMENT) ||
    (worker.deployment !== undefined && route.deployment !== worker.deployment) ||
    (worker.colour !== RouteColour.UNSPECIFIED && route.colour !== worker.colour);
  if (isElsewhere) throw reason('ROUTE_STALE', { asked: askedOf(run), served });
  if (route.generation !== 0n && route.generation < seenGeneration) {
    const asked = `generation ${route.generation}`;
    throw reason('ROUTE_STALE', { asked, served: `at generation ${seenGeneration}` });
  }
  const { componentVersion, digest } = worker;
  if (componentVersion === undefined) return;
  if (run.componentVersion !== componentVersion || (digest !== undefined && run.digest !== digest)) {
    const asked = `${run.componentVersion} (${run.digest})`;
    throw reason('VERSION_NOT_SERVED', { asked, served: `${componentVersion} (${digest ?? 'any digest'})` });
  }
}

const placeOf = ({ tenant, deployment, colour }: WorkerIdentity): string =>
  tenant === undefined ? 'of the shared pool' : `of ${deployment ?? tenant}${colourName(colour)}`;

const askedOf = ({ tenant, route }: RoutedRun): string =>
  route.kind === RouteKind.DEPLOYMENT
    ? `${route.deployment}${colourName(route.colour)}`
    : `the shared pool, for ${tenant}`;

const colourName = (colour: number): string =>
  colour === RouteColour.BLUE ? ', blue' : colour === RouteColour.GREEN ? ', green' : '';
