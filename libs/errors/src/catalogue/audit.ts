import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that methods of the audit service fail with. */
export const auditReasons = {
  EVENT_ID_REUSED: {
    code: Code.ALREADY_EXISTS,
    message: 'the event id {id} is in use by a different event of {tenant}',
    hint: 'Give every event a UUID of its own.',
  },
  EVENT_SERVICE_MISMATCH: {
    code: Code.PERMISSION_DENIED,
    message: '{principal} may not record events of the service "{service}"',
    hint: 'A service records its own events: set Event.service to the name of the caller.',
  },
  EVENT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'It was never recorded, or retention has removed it: QueryEvents shows what there is.',
  },
  LOG_OVERLOADED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{waiting} events wait to be written, so these were not accepted',
    hint: 'Repeat as RetryInfo says: nothing was recorded, and a repeat is never recorded twice.',
  },
  LOG_UNAVAILABLE: {
    code: Code.UNAVAILABLE,
    message: 'the log cannot be written right now',
    hint: 'Repeat as RetryInfo says: a repeat is never recorded twice.',
  },
  LOG_INCONSISTENT: {
    code: Code.DATA_LOSS,
    message: 'the log of {tenant} contradicts what was signed before: {problem}',
    hint: 'Nothing is signed until this is resolved: run VerifyLog, keep the database as it is, and compare with a backup.',
  },
  TREE_SIZE_TOO_LARGE: {
    code: Code.OUT_OF_RANGE,
    message: 'the log of {tenant} has {size} events, fewer than {tree_size}',
    hint: 'Ask for a smaller tree. If a checkpoint says that the log was larger, it was truncated: run VerifyLog with it.',
  },
  INDEX_TOO_LARGE: {
    code: Code.OUT_OF_RANGE,
    message: 'index {index} is not below the tree size {tree_size}',
    hint: 'Indexes count from 0.',
  },
  LOG_RANGE_REMOVED: {
    code: Code.OUT_OF_RANGE,
    message:
      'retention has removed events {first_index} up to {end_index} of {tenant}, and what this asks for with them',
    hint: 'The certificate of the removal is an event of the type retention_applied. Proofs against the current head work for every event that is left.',
  },
  LEGAL_HOLD_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} exists',
    hint: 'The id of a hold is used once, also after its release: choose another one.',
  },
  LEGAL_HOLD_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} does not exist',
    hint: 'A report lists the holds in force by name.',
  },
} as const satisfies Reasons;
