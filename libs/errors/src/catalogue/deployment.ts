import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that methods of the deployment service fail with, and that rollouts end with. */
export const deploymentReasons = {
  DEPLOYMENT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'List deployments with DeploymentService/ListDeployments; ids are compared byte for byte.',
  },
  DEPLOYMENT_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} exists',
    hint: 'Choose another id, or leave it out; repeat a request with the same request_id.',
  },
  ROLLOUT_IN_PROGRESS: {
    code: Code.ABORTED,
    message: '{deployment} is under way for this tenant, environment and component, in {phase}',
    hint: 'Wait until it has ended, or end it with AbortDeployment or RollbackDeployment.',
  },
  DEPLOYMENT_FROZEN: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} was frozen by {actor}: {why}',
    hint: 'Let it go on with FreezeDeployment and `unfreeze`.',
  },
  DEPLOYMENT_SETTLED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has ended, and nothing more can happen to it',
    hint: 'Nothing to do: only a later rollout changes what serves.',
  },
  DEPLOYMENT_ENDED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has ended as {phase}',
    hint: 'Nothing to do: its colour is removed already.',
  },
  ALREADY_SWITCHED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has switched, or is about to',
    hint: 'Undo it with RollbackDeployment while its rollback window lasts.',
  },
  NOT_SWITCHED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has not switched: it is in {phase}',
    hint: 'End it with AbortDeployment, or wait for the switch.',
  },
  NOT_AWAITING_PROMOTION: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} does not await promotion: it is in {phase}',
    hint: 'Only a rollout with manual promotion waits; WatchDeployment tells when it does.',
  },
  TOO_FEW_READY: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has {ready} ready replica(s) to switch to, {min} are needed',
    hint: 'Dead replicas are replaced by themselves: try again when WatchDeployment shows enough of them.',
  },
  ROLLBACK_WINDOW_OVER: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has no old colour to switch back to',
    hint: 'Roll the earlier version out with CreateDeployment.',
  },
  CERTIFICATION_MISSING: {
    code: Code.FAILED_PRECONDITION,
    message: '{component} lacks {certifications}, which the policy of {tenant} asks for',
    hint: 'Deploy a version that has them.',
  },
  CLEARANCE_EXCEEDED: {
    code: Code.FAILED_PRECONDITION,
    message: '{component} is of clearance {clearance}, above the ceiling of {tenant}',
    hint: 'A platform administrator can raise the ceiling with TenantService/UpdateTenant.',
  },
  PROTECTION_REQUIRED: {
    code: Code.FAILED_PRECONDITION,
    message: '{field} cannot be false: {component} demands it',
    hint: 'Leave the field out, or set it to true.',
  },
  RUNTIME_UNSUPPORTED: {
    code: Code.FAILED_PRECONDITION,
    message: '{component} is a container, which the target {target} does not run',
    hint: 'Deploy it where the target is Kubernetes.',
  },
  QUOTA_TOO_SMALL: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'both colours do not fit at once: {what} would be {needed}, {tenant} is limited to {limit}',
    hint: 'QuotaFailure names the limit. Ask for fewer or smaller replicas, or for a higher limit.',
  },
  REVISION_UNKNOWN: {
    code: Code.OUT_OF_RANGE,
    message: 'revision {revision} is yet to come: the newest is {newest}',
    hint: 'Resume from a revision that was received, or start again from 0.',
  },
  VALIDATION_FAILED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} did not show what it must: {problem}',
    hint: 'The checks of the deployment tell what was measured and against which bound.',
  },
  REPLICAS_NOT_STARTING: {
    code: Code.FAILED_PRECONDITION,
    message: 'the replicas of {name} end before they are ready',
    hint: 'The log of the deployment service has what they said last.',
  },
  ABORT_TIMER_FIRED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} was not promoted in time',
    hint: 'Allow more time with `abort_after`, or promote sooner.',
  },
  ABORTED_BY_CALLER: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} was aborted by a caller',
    hint: 'Its history names who, and why.',
  },
  ROLLED_BACK_BY_CALLER: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} was rolled back by a caller',
    hint: 'Its history names who, and why.',
  },
} as const satisfies Reasons;
