import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';
import { workerReasons } from './worker.ts';

/** Reasons that methods of the agent service fail with. */
export const agentReasons = {
  ...workerReasons,
  DATASET_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'List datasets with DatasetService/ListDatasets; ids are compared byte for byte.',
  },
  DATASET_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} exists',
    hint: 'Choose another id, or set `overwrite` to replace its content.',
  },
  DATASET_IN_USE: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is in use: {users}',
    hint: 'Wait until they have ended, or set `force`: runs that read it finish, accepted jobs that name it fail.',
  },
  DATASET_KEY_LOST: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is encrypted under {key}, which does not decrypt it any more',
    hint: 'Its key was destroyed, or is that of another content: the dataset is lost. Upload or compute it again.',
  },
  DATASET_CORRUPT: {
    code: Code.DATA_LOSS,
    message: 'the file of {name} is not what was written',
    hint: 'It was changed or cut short where it is kept, and nothing of it is given out. Restore it, or upload it again.',
  },
  DATASET_SEALED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is encrypted at rest: its file is of no use to anyone but the agent',
    hint: 'Read it with DownloadDataset, or process it with ProcessData; for a smoke run name a dataset that is not.',
  },
  PLAINTEXT_SPACE_EXHAUSTED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'there is no room to decrypt {name}',
    hint: 'Wait until other runs are over; for larger datasets give the folder of PLAINTEXT_DIR more memory.',
  },
  DATASET_UNREADABLE: {
    code: Code.INVALID_ARGUMENT,
    message: 'the bytes are not {format}: {problem}',
    hint: 'Declare the format that the file has; for CSV say how it is laid out.',
  },
  FORMAT_UNSUPPORTED: {
    code: Code.INVALID_ARGUMENT,
    message: '{what} does not take {format}; it takes {supported}',
    hint: 'Convert the data, or choose something that takes the format.',
  },
  UPLOAD_OUT_OF_ORDER: {
    code: Code.INVALID_ARGUMENT,
    message: 'the upload is out of order: {problem}',
    hint: 'Send the metadata once, in the first message, then only chunks of 1 byte to 1 MiB.',
  },
  CHECKSUM_MISMATCH: {
    code: Code.INVALID_ARGUMENT,
    message: 'the bytes have {what} {actual}, declared was {declared}',
    hint: 'Nothing was stored: send the file again, or correct what the metadata declares.',
  },
  OFFSET_OUT_OF_RANGE: {
    code: Code.OUT_OF_RANGE,
    message: 'offset {offset} is beyond the end of the download at {size}',
    hint: 'Start again at 0, or resume where the last chunk ended.',
  },
  SERVICE_ONLY: {
    code: Code.PERMISSION_DENIED,
    message: '{what} is for services of the platform only',
    hint: 'Use DownloadDataset to read data, ProcessData to run a component.',
  },
  CLASSIFICATION_LOWERED: {
    code: Code.PERMISSION_DENIED,
    message: 'the output would be {asked}, but what it is computed from is {inputs}',
    hint: 'Leave the classification out, or anonymise the data in the pipeline.',
  },
  ACCESS_DENIED: {
    code: Code.PERMISSION_DENIED,
    message: '{principal} may not {operation} on {resource}: {problem}',
    hint: 'An administrator of the tenant can explain the decision with AccessService/ExplainAccess.',
  },
  CLEARANCE_INSUFFICIENT: {
    code: Code.FAILED_PRECONDITION,
    message: '{dataset} is {classification}, and {component} is cleared for {clearance} at most',
    hint: 'Use a component of higher clearance.',
  },
  ENVIRONMENT_NOT_ALLOWED: {
    code: Code.FAILED_PRECONDITION,
    message: '{tenant} may not use {environment}',
    hint: 'A platform administrator can allow it with TenantService/UpdateTenant.',
  },
  PARAMETER_INVALID: {
    code: Code.INVALID_ARGUMENT,
    message: 'the parameter {parameter} {problem}',
    hint: 'GetComponent lists the parameters of the component with their types.',
  },
  PROCESSING_TYPE_UNKNOWN: {
    code: Code.INVALID_ARGUMENT,
    message: '{component} cannot do {type}; it can do {supported}',
    hint: 'Name one of its capabilities, or none.',
  },
  LIMIT_TOO_HIGH: {
    code: Code.INVALID_ARGUMENT,
    message: '{limit} is {asked}, the tenant is limited to {allowed}',
    hint: 'Ask for less, or leave the limit out to get all that is allowed.',
  },
  QUEUE_FULL: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{tenant} has {waiting} piece(s) of work waiting, and the queue takes no more',
    hint: 'Retry as RetryInfo says; work of other tenants is not delayed by yours.',
  },
  JOB_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'List jobs with AgentService/ListJobs; a job is forgotten 30 days after its end.',
  },
  JOB_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} exists',
    hint: 'Choose another id, or leave it out; repeat a submission with the same request_id.',
  },
  ITEM_ID_REPEATED: {
    code: Code.INVALID_ARGUMENT,
    message: 'the item id {item_id} occurs more than once',
    hint: 'Give every item of the batch an id of its own.',
  },
  REVISION_TOO_LARGE: {
    code: Code.OUT_OF_RANGE,
    message: 'revision {revision} of {name} was never given out; it is at {current}',
    hint: 'Resume with a revision that the watch has answered, or start at 0.',
  },
  AGENT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'An agent is a component with a run in the last 30 days or a route: ListAgents lists them.',
  },
  WORKER_CRASHED: {
    code: Code.UNAVAILABLE,
    message: 'the worker of the run died',
    hint: 'Retry: another worker takes the run. When it dies each time, the run needs more than it may use.',
  },
} as const satisfies Reasons;
