import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that methods of the registry service fail with. */
export const registryReasons = {
  TENANT_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: 'the tenant id {tenant} is in use',
    hint: 'Choose another id. A deleted tenant keeps its id for 30 days and can be undeleted until then.',
  },
  TENANT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{tenant} does not exist',
    hint: 'List tenants with TenantService/ListTenants; ids are compared byte for byte.',
  },
  TENANT_SUSPENDED: {
    code: Code.FAILED_PRECONDITION,
    message: '{tenant} is suspended: nothing new starts',
    hint: 'A platform administrator lifts it with TenantService/ResumeTenant.',
  },
  TENANT_DELETED: {
    code: Code.FAILED_PRECONDITION,
    message: '{tenant} is deleted',
    hint: 'A platform administrator brings it back with TenantService/UndeleteTenant, within 30 days of its deletion.',
  },
  TENANT_NOT_DELETED: {
    code: Code.FAILED_PRECONDITION,
    message: '{tenant} is not deleted',
    hint: 'There is nothing to undelete; ResumeTenant lifts a suspension.',
  },
  TENANT_HAS_RUNNING_JOBS: {
    code: Code.FAILED_PRECONDITION,
    message: '{tenant} has {jobs} running job(s)',
    hint: 'Wait for them or cancel them; with `force` their holders are told on the next renewal.',
  },
  VERSION_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} was published with other content, as {digest}',
    hint: 'Versions never change: publish the change under a higher version.',
  },
  VERSION_INCOMPATIBLE: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} breaks compatibility in {count} place(s): {fields}',
    hint: 'BadRequest lists every difference. Take them back, or publish under a mode that allows them.',
  },
  COMPONENT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist, or is not visible to the tenant',
    hint: 'A tenant sees granted versions within its clearance ceiling: ask a platform administrator for a grant.',
  },
  VERSION_ARCHIVED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is archived',
    hint: 'Use a version that is ACTIVE, DEPRECATED or SUNSET.',
  },
  VERSION_SUNSET: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is being phased out: no new deployment may use it',
    hint: 'Its lifecycle note names the version to use instead.',
  },
  VERSION_IN_USE: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is used by {deployments} live deployment(s)',
    hint: 'PreconditionFailure names them. Move them to another version, or set `force` with a reason.',
  },
  LIFECYCLE_STEP_INVALID: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is {from} and cannot become {to}',
    hint: 'A version moves one step at a time: ACTIVE, DEPRECATED, SUNSET, ARCHIVED; never back.',
  },
  RESOLUTION_CONFLICT: {
    code: Code.FAILED_PRECONDITION,
    message: 'the requirements cannot be met: {conflicts}',
    hint: 'PreconditionFailure names each conflicting edge and why.',
  },
  RESOLUTION_TOO_LARGE: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the requirements need {what}, more than {limit}',
    hint: 'Resolve fewer requirements at once, or narrow their ranges.',
  },
  GRANT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'List grants with ComponentService/ListGrants, ended ones with show_ended.',
  },
  SLOT_TAKEN: {
    code: Code.ABORTED,
    message: 'another principal holds the slot of {job}',
    hint: 'One holder runs a job at a time; its slot is free once it is released or its lease has ended.',
  },
  SLOT_LOST: {
    code: Code.FAILED_PRECONDITION,
    message: '{slot} is not held under fencing token {fencing_token}: {problem}',
    hint: 'Stop the work and write nothing more; acquire a slot again to start over.',
  },
  JOB_SLOTS_EXHAUSTED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{tenant} runs {limit} job(s), as many as it may at the same time',
    hint: 'Wait for one to end, as RetryInfo says, or raise max_concurrent_jobs.',
  },
  PROCESSING_HOURS_EXHAUSTED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{tenant} has used its {limit} processing hours of {month}',
    hint: 'The count starts anew with the next month (UTC); or raise monthly_processing_hours.',
  },
  STORAGE_EXHAUSTED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{tenant} would store {bytes} bytes, more than its {limit_gb} GB',
    hint: 'Delete datasets that are not needed, or raise storage_gb.',
  },
  DEPLOYMENT_TAKEN: {
    code: Code.ABORTED,
    message: 'another principal recorded the use of {deployment}',
    hint: 'Only the service that made the record changes it.',
  },
} as const satisfies Reasons;
