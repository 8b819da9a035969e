import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that any method of any service can fail with. */
export const platformReasons = {
  INVALID_ARGUMENT: {
    code: Code.INVALID_ARGUMENT,
    message: 'the request has {count} invalid field(s): {fields}',
    hint: 'BadRequest lists every broken field with what it must be.',
  },
  MALFORMED_MESSAGE: {
    code: Code.INVALID_ARGUMENT,
    message: 'the request is not a valid {type} message',
    hint: 'Regenerate the stubs from the current proto files; reflection serves them.',
  },
  PAGE_TOKEN_INVALID: {
    code: Code.INVALID_ARGUMENT,
    message: 'page_token does not belong to this query',
    hint: 'Send the next_page_token of the previous page with the same filters, or start again without a token.',
  },
  REQUEST_ID_REUSED: {
    code: Code.INVALID_ARGUMENT,
    message: 'request_id {request_id} was used for a different request within 24 hours',
    hint: 'Use a fresh UUID for every new request; repeat one only to retry the same request.',
  },
  TOKEN_MISSING: {
    code: Code.UNAUTHENTICATED,
    message: 'the call carries no bearer token',
    hint: 'Send metadata "authorization: Bearer <token>"; weir.security.v1.TokenService/IssueToken issues one.',
  },
  TOKEN_MALFORMED: {
    code: Code.UNAUTHENTICATED,
    message: 'the bearer token is not a token of this platform: {problem}',
    hint: 'Send the access token exactly as IssueToken returned it.',
  },
  TOKEN_EXPIRED: {
    code: Code.UNAUTHENTICATED,
    message: 'the token expired at {expired_at}',
    hint: 'Ask IssueToken for a new one.',
  },
  TOKEN_NOT_YET_VALID: {
    code: Code.UNAUTHENTICATED,
    message: 'the token is valid from {valid_from}',
    hint: 'Check the clock of the machine that issued or sends it.',
  },
  TOKEN_INVALID: {
    code: Code.UNAUTHENTICATED,
    message: 'the token was not accepted: {problem}',
    hint: 'Ask IssueToken of this platform for a new one.',
  },
  TOKEN_REVOKED: {
    code: Code.UNAUTHENTICATED,
    message: 'the token was revoked',
    hint: 'Ask an administrator of the tenant why, then ask IssueToken for a new one.',
  },
  KEYS_UNAVAILABLE: {
    code: Code.UNAVAILABLE,
    message: 'tokens cannot be verified right now: {problem}',
    hint: 'Retry: the service has lost the security service and refuses what it cannot verify.',
  },
  PERMISSION_MISSING: {
    code: Code.PERMISSION_DENIED,
    message: '{method} needs the permission "{permission}", which {principal} does not have',
    hint: 'Ask an administrator of the tenant for a role that grants it.',
  },
  FOREIGN_TENANT: {
    code: Code.PERMISSION_DENIED,
    message: '{principal} may not act for {tenant}',
    hint: 'Use a token of that tenant. The answer is the same whether the tenant exists or not.',
  },
  PLATFORM_ONLY: {
    code: Code.PERMISSION_DENIED,
    message: '{method} is for the platform; {principal} is bound to a tenant',
    hint: 'Use a token of a platform administrator.',
  },
  CALLER_NOT_ALLOWED: {
    code: Code.PERMISSION_DENIED,
    message: 'the service {principal} is not among the callers of {method}',
    hint: 'The method names its callers in the proto file.',
  },
  RATE_LIMITED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{principal} made more than {limit} calls per minute',
    hint: 'Wait as long as RetryInfo says.',
  },
  TOO_MANY_IN_FLIGHT: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{principal} has {limit} calls in flight already',
    hint: 'Wait for one to end, or spread the work.',
  },
  MESSAGE_TOO_LARGE: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the message is larger than {limit_bytes} bytes',
    hint: 'Split it, or use the streaming method.',
  },
  REVISION_COMPACTED: {
    code: Code.OUT_OF_RANGE,
    message: 'changes since revision {revision} are not known any more',
    hint: 'Start again from revision 0: a fresh snapshot comes first.',
  },
  WATCHER_TOO_SLOW: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the watcher does not keep up with the changes',
    hint: 'Resume from the last revision received, and read faster.',
  },
  ETAG_MISMATCH: {
    code: Code.ABORTED,
    message: '{name} has changed since etag {etag}',
    hint: 'Read it again, apply the change to what it is now, and send the new etag.',
  },
  DEADLINE_EXCEEDED: {
    code: Code.DEADLINE_EXCEEDED,
    message: 'the deadline passed before {method} had an answer',
    hint: 'Allow more time, or ask for less.',
  },
  CANCELLED: {
    code: Code.CANCELLED,
    message: 'the caller ended {method}',
    hint: 'Nothing to do: the caller asked for it.',
  },
  METHOD_NOT_BUILT: {
    code: Code.UNIMPLEMENTED,
    message: '{method} is part of the contract and not built yet',
    hint: 'The README of the service says what works today.',
  },
  UNKNOWN_METHOD: {
    code: Code.UNIMPLEMENTED,
    message: 'there is no method {method}',
    hint: 'List the methods by reflection: grpcurl -plaintext <address> list.',
  },
  DATABASE_UNAVAILABLE: {
    code: Code.UNAVAILABLE,
    message: 'the database does not answer',
    hint: 'Retry as RetryInfo says, with the same request_id: a change whose confirmation was lost is not made twice.',
  },
  DATABASE_FULL: {
    code: Code.UNAVAILABLE,
    message: 'the database has no space left',
    hint: 'Nothing was changed: retry as RetryInfo says. It goes on by itself once the operator has made space.',
  },
  DEPENDENCY_UNAVAILABLE: {
    code: Code.UNAVAILABLE,
    message: '{dependency} does not answer',
    hint: 'Retry as RetryInfo says.',
  },
  AUDIT_BACKLOG_FULL: {
    code: Code.UNAVAILABLE,
    message: 'the audit backlog is full, so the call was not accepted',
    hint: 'Nothing runs unrecorded: bring the audit service back, or raise AUDIT_OUTBOX_LIMIT.',
  },
  SHUTTING_DOWN: {
    code: Code.UNAVAILABLE,
    message: 'the service is shutting down',
    hint: 'Retry: another replica or the restarted service answers.',
  },
  INTERNAL: {
    code: Code.INTERNAL,
    message: 'something broke on our side; the log has it under {correlation_id}',
    hint: 'Report the correlation id. Nothing about the cause is sent to callers.',
  },
} as const satisfies Reasons;
