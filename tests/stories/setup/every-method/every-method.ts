import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrincipalKind, PrincipalServiceDefinition, Role } from '@weir/contracts/security';
import { isReason } from '@weir/errors';
import type { MeshFacts } from '../start-mesh.ts';
import { actorOf, type Actor } from '../story.ts';
import { datasetLife, featureLife, runLife, streamingLife, warehouseLife } from './agent-life.ts';
import { auditLife } from './audit-life.ts';
import { accessLife, complianceLife } from './compliance-life.ts';
import { deploymentLife, manifestsLife } from './deployment-life.ts';
import { TENANT } from './people.ts';
import { componentLife, tenantLife, usageLife } from './registry-life.ts';
import { cryptoLife, identityLife, privacyLife } from './security-life.ts';
import { voiceOf, type TracedCall } from './traced.ts';

const ROLES = [Role.DATA_ADMIN, Role.DATA_ENGINEER, Role.ML_ENGINEER, Role.DATA_ANALYST];

/** Calls every method of the five services with what it should serve, and returns the calls that were made. */
export async function callEveryMethod(mesh: MeshFacts, admin: Actor, stack: AsyncDisposableStack) {
  const calls: TracedCall[] = [];
  const voice = (actor: Actor | undefined) => voiceOf(mesh, actor, calls);
  const service = (name: string): Actor => {
    const secret = readFileSync(join(mesh.state, 'secrets', `${name}.secret`), 'utf8').trim();
    return stack.use(actorOf(mesh, `principals/${name}`, secret));
  };
  await tenantLife({ admin: voice(admin) });
  const owner = stack.use(await ownerOf(mesh, admin));
  const people = {
    admin: voice(admin),
    owner: voice(owner),
    agent: voice(service('agent')),
    deployment: voice(service('deployment')),
    registry: voice(service('registry')),
    nobody: voice(undefined),
  };
  const lives = [
    ...[componentLife, usageLife, datasetLife, warehouseLife, runLife, streamingLife, featureLife],
    ...[manifestsLife, deploymentLife, identityLife, cryptoLife, privacyLife, auditLife, accessLife, complianceLife],
  ];
  for (const live of lives) await live(people).catch(unlessNotBuilt);
  return { calls, owner };
}

/** What is not built yet cannot be lived; that it says so itself is what counts. */
function unlessNotBuilt(error: unknown): void {
  if (!isReason(error, 'METHOD_NOT_BUILT')) throw error;
}

async function ownerOf(mesh: MeshFacts, admin: Actor): Promise<Actor> {
  const principals = admin.client(PrincipalServiceDefinition);
  const principal = { kind: PrincipalKind.SERVICE_ACCOUNT, displayName: 'Owner', roles: ROLES };
  await principals.createPrincipal({ parent: TENANT, principalId: 'owner', principal });
  const name = `${TENANT}/principals/owner`;
  return actorOf(mesh, name, (await principals.createClientSecret({ parent: name })).secret);
}
