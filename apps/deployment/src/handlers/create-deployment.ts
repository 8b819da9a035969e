import { createHash, randomBytes } from 'node:crypto';
import type { CallContext } from '@weir/context';
import { CreateDeploymentRequest, CreateDeploymentResponse } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { idIn, parse, resourceId, tenantName, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { accept } from '../domain/accept.ts';
import { checkComponent, checkFit, checkTenant } from '../domain/check-spec.ts';
import { fillSpec } from '../domain/fill-spec.ts';
import type { Cause, Lane } from '../domain/lane.ts';
import { planOf } from '../domain/plan.ts';
import { checkQuota, takesBeside } from '../domain/quota.ts';
import type { Datasets } from '../remote/datasets.ts';
import type { Registry } from '../remote/registry.ts';
import type { AnswerKey, AnswerStore, UnitOfWork } from '../store/answer-store.ts';
import { nameOf } from '../domain/names.ts';
import type { NewDeployment, RolloutStore } from '../store/rollout-store.ts';
import { deploymentMessage } from './deployment-message.ts';
import { deploymentSpec } from './spec-fields.ts';

const Request = z.object({
  parent: tenantName(),
  deploymentId: z.literal('').or(resourceId()),
  spec: deploymentSpec(),
  reason: text(0, 500),
  requestId: z.string(),
  validateOnly: z.boolean(),
});
type Asked = z.output<typeof Request>;

/** What CreateDeployment needs. */
export interface CreateParts {
  readonly rollouts: RolloutStore;
  readonly answers: AnswerStore;
  readonly unitOfWork: UnitOfWork;
  readonly registry: Registry;
  readonly datasets: Datasets;
  readonly clock: () => number;
  readonly decided: () => void;
}

/** Starts a rollout once everything is checked. */
export function createDeployment(parts: CreateParts): Unary<CreateDeploymentRequest, CreateDeploymentResponse> {
  return async (request, context) => {
    const asked = parse(Request, request);
    const repeat = repeatOf(asked, request, context);
    const earlier = repeat && (await parts.answers.find(context.scope, repeat.key, repeat.digest));
    if (earlier) return CreateDeploymentResponse.decode(earlier);

    const draft = await check(parts, asked, context);
    const start = acceptance(draft, asked, context, parts.clock());
    if (asked.validateOnly) return preview(parts, draft, start, context);
    const response = await parts.unitOfWork(context.scope, async () => {
      const record = await parts.rollouts.create(context.scope, draft, start);
      const answer = { deployment: deploymentMessage(record) };
      const bytes = Buffer.from(CreateDeploymentResponse.encode(answer).finish());
      if (repeat && !(await parts.answers.keep(context.scope, repeat.key, repeat.digest, bytes))) {
        // A repeat came in between: this attempt is undone, and the next one finds that answer.
        throw reason('ROLLOUT_IN_PROGRESS', { deployment: record.rollout.name, phase: 'PENDING' });
      }
      return answer;
    });

    parts.decided();
    return response;
  };
}

/** Everything that can be said before anything starts. */
async function check(parts: CreateParts, { parent, deploymentId, spec: asked }: Asked, context: CallContext) {
  const { registry, datasets, rollouts } = parts;
  const version = `${asked.component}/versions/${asked.version}`;
  const tenant = await registry.tenant(parent);
  checkTenant(tenant, asked.environment);
  const component = await registry.component(parent, version);
  checkComponent(component, tenant);
  if (component.runtime?.kind?.$case === 'container') {
    throw reason('RUNTIME_UNSUPPORTED', { component: version, target: 'local' });
  }
  const spec = fillSpec(asked, component);
  checkFit(spec, component, parent);
  if (spec.strategy?.smokeDataset) await datasets.require(spec.strategy.smokeDataset);
  const lane = { tenant: idIn(parent, 'tenants'), environment: asked.environment, component: asked.component };
  const { plan } = planOf(spec, component.digest);
  checkQuota(tenant, takesBeside(await rollouts.liveOf(context.scope, lane.tenant), lane, { plan, spec }));
  const id = deploymentId || `${idIn(asked.component, 'components').slice(0, 50)}-${randomBytes(5).toString('hex')}`;
  context.audit({
    resource: nameOf(lane.tenant, id),
    details: { component: version, digest: component.digest, environment: asked.environment },
  });
  return { lane, id, spec, component, createdBy: context.principal?.subject ?? '' };
}

const acceptance =
  ({ lane, id, spec, component }: NewDeployment, { reason: why }: Asked, { principal }: CallContext, now: number) =>
  (current: Lane): void => {
    const cause: Cause = { actor: principal?.subject ?? '', reason: why, now };
    const { plan, abortAfterMs } = planOf(spec, component.digest);
    accept(current, nameOf(lane.tenant, id), plan, abortAfterMs, cause);
  };

/** The answer as it would be; nothing is kept. */
async function preview(
  { rollouts }: CreateParts,
  draft: NewDeployment,
  start: (lane: Lane) => void,
  { scope }: CallContext,
): Promise<CreateDeploymentResponse> {
  const name = nameOf(draft.lane.tenant, draft.id);
  if (await rollouts.find(scope, name)) throw reason('DEPLOYMENT_EXISTS', { name });
  const lane = await rollouts.read(scope, draft.lane);
  start(lane);
  const rollout = lane.rollouts.at(-1);
  if (!rollout) throw new Error('nothing was accepted');
  const oldColour = lane.rollouts.find((other) => other.name === rollout.old)?.colour;
  const now = new Date();
  const times = { createdAt: now, updatedAt: now, cursor: '', revision: 0n };
  return { deployment: deploymentMessage({ ...draft, ...times, rollout, oldColour }) };
}

function repeatOf({ requestId, validateOnly }: Asked, request: CreateDeploymentRequest, context: CallContext) {
  if (requestId === '' || validateOnly) return undefined;
  const key: AnswerKey = { principal: context.principal?.subject ?? '', method: context.method, requestId };
  const digest = createHash('sha256').update(CreateDeploymentRequest.encode(request).finish()).digest();
  return { key, digest };
}
