import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that methods of the security service fail with. */
export const securityReasons = {
  PRINCIPAL_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} exists, or existed: an id is never used twice',
    hint: 'Choose another id, or enable the principal if it is disabled.',
  },
  PRINCIPAL_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no principal {name}',
    hint: 'ListPrincipals shows those of a tenant, or of the platform.',
  },
  PRINCIPAL_DISABLED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is disabled',
    hint: 'Enable it first: a secret made now would not work.',
  },
  ROLE_NOT_ALLOWED: {
    code: Code.INVALID_ARGUMENT,
    message: '{name} may not have {roles}',
    hint: 'A principal of the platform has either PLATFORM_ADMIN or SERVICE; one of a tenant any of the other roles.',
  },
  LAST_PLATFORM_ADMIN: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is the last enabled principal that administers the platform',
    hint: 'Create another platform administrator first: nobody could undo this.',
  },
  TOO_MANY_SECRETS: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} has {limit} usable secrets, which is the limit',
    hint: 'Revoke one that is no longer needed; ListClientSecrets shows when each was last used.',
  },
  CLIENT_SECRET_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no client secret {name}',
    hint: 'ListClientSecrets with show_unusable shows all secrets of a principal.',
  },
  INVALID_CLIENT: {
    code: Code.UNAUTHENTICATED,
    message: 'the client id and secret do not let anyone in',
    hint: 'Check both. An administrator of the tenant can make a new secret, and sees whether the principal is disabled.',
  },
  TOO_MANY_ATTEMPTS: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'too many failed attempts of this client or from this address',
    hint: 'Wait as long as RetryInfo says, and check the secret before trying again.',
  },
  INVALID_SCOPE: {
    code: Code.INVALID_ARGUMENT,
    message: 'the permissions {permissions} are not there to be granted',
    hint: 'Ask only for what the roles, or the subject token, grant; leave the list empty for all of it.',
  },
  INVALID_TARGET: {
    code: Code.INVALID_ARGUMENT,
    message: 'the subject token is not for the services {audiences}',
    hint: 'Ask only for audiences of the subject token; leave the list empty for all of them.',
  },
  INVALID_SUBJECT_TOKEN: {
    code: Code.INVALID_ARGUMENT,
    message: 'the subject token does not count',
    hint: 'It must be a token of this platform that is neither expired nor revoked, and of your own tenant.',
  },
  ACTOR_CHAIN_TOO_LONG: {
    code: Code.FAILED_PRECONDITION,
    message: 'the token would have more than {limit} actors',
    hint: 'Exchange a token nearer to its subject.',
  },
  ROTATION_IN_PROGRESS: {
    code: Code.FAILED_PRECONDITION,
    message: 'the key {key_id} is published and signs from {signs_from}',
    hint: 'Wait until it signs, or rotate with `compromised`.',
  },
  POLICY_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no policy {name}',
    hint: 'ListPolicies shows those of a tenant; an earlier revision may have it.',
  },
  POLICY_LIMIT: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{tenant} has {limit} policies, which is the limit',
    hint: 'Put several controls into one policy: it holds up to 1,000.',
  },
  RULE_CONFLICT: {
    code: Code.INVALID_ARGUMENT,
    message: '{claims} would be settled twice',
    hint: 'Keep one of them: a target has one rule and an id one recogniser, over all policies of the tenant.',
  },
  RECOGNIZER_UNSAFE: {
    code: Code.INVALID_ARGUMENT,
    message: 'the pattern of the recogniser {recognizer} is refused: {problem}',
    hint: 'Do not repeat what can repeat by itself, as in (a+)+, and demand at least one character.',
  },
  RECOGNIZER_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no recogniser {recognizer}',
    hint: 'ListRecognizers shows those that the scans of a tenant use; a call may bring its own.',
  },
  SCAN_INCOMPLETE: {
    code: Code.DEADLINE_EXCEEDED,
    message: 'the scan did not end within the deadline of the call: nothing of it counts as clean',
    hint: 'Give it more time, or send fewer records at once; StreamAnonymizeRecords takes any number.',
  },
  SCAN_QUEUE_FULL: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{waiting} large scans wait already, and the queue takes no more',
    hint: 'Retry as RetryInfo says, or send fewer records at once: small scans do not wait.',
  },
  SCANNER_LOST: {
    code: Code.UNAVAILABLE,
    message: 'the thread that scanned ended before it was done: nothing of it counts as clean',
    hint: 'Retry. When it happens each time, send fewer records at once: a scan may use 512 MiB.',
  },
  PII_REMAINS: {
    code: Code.FAILED_PRECONDITION,
    message: 'personal data ({types}) would be left in {fields}',
    hint: 'Give these fields a rule; KEEP lets a value pass on purpose.',
  },
  FIELD_CONFLICT: {
    code: Code.FAILED_PRECONDITION,
    message: '{field} would become {output}, which is there already',
    hint: 'Name another `output_field` in a rule for the field.',
  },
  PSEUDONYM_UNRESOLVED: {
    code: Code.NOT_FOUND,
    message: 'the token leads nowhere',
    hint: 'It is unknown, of another tenant, or about someone who was erased.',
  },
  DECISION_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no recorded decision {id} of {tenant}',
    hint: 'Decisions are kept for 90 days unless configured otherwise.',
  },
  KEY_EXISTS: {
    code: Code.ALREADY_EXISTS,
    message: '{name} exists, or was destroyed: its id is never used again',
    hint: 'Choose another id; DescribeKey shows what became of a destroyed key.',
  },
  KEY_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no key {name}',
    hint: 'CreateKey makes one; the key `default` is made on its first use.',
  },
  KEY_DESTROYED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} is destroyed',
    hint: 'What it encrypted is unreadable. Create a key with another id.',
  },
  KEY_VERSION_LIMIT: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{name} has {limit} versions, which is the limit',
    hint: 'Create another key, and rewrap or re-encrypt what needs this one.',
  },
  KEY_VERSION_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: '{name} has no version {version}',
    hint: 'DescribeKey shows the versions of a key.',
  },
  KEY_VERSION_IS_PRIMARY: {
    code: Code.FAILED_PRECONDITION,
    message: 'version {version} of {name} is the one that encrypts',
    hint: 'Rotate the key and rewrap what needs the version, then retire it.',
  },
  KEY_VERSION_IN_USE: {
    code: Code.FAILED_PRECONDITION,
    message: '{count} ciphertexts need version {version} of {name}',
    hint: 'Rewrap and confirm them with RewrapCiphertexts, or discard those that are gone.',
  },
  KEY_IN_USE: {
    code: Code.FAILED_PRECONDITION,
    message: '{count} ciphertexts need {name}',
    hint: 'Decrypt or discard them first, or destroy it with `force`: they are lost then.',
  },
  DECRYPTION_FAILED: {
    code: Code.INVALID_ARGUMENT,
    message: 'the ciphertext does not decrypt',
    hint: 'Give the key and the context that encrypted it, and the ciphertext as it was answered. No more is ever said.',
  },
  REWRAP_FAILED: {
    code: Code.INVALID_ARGUMENT,
    message: 'the ciphertext cannot be rewrapped',
    hint: 'It was changed, is of another key, or its version or subject has gone. No more is ever said.',
  },
  KEY_VERSION_RETIRED: {
    code: Code.ABORTED,
    message: 'version {version} of {name}, which this stream wraps by, was retired meanwhile',
    hint: 'Start again after the last confirmed cursor: the stream then wraps by the present primary version.',
  },
  CURSOR_UNKNOWN: {
    code: Code.INVALID_ARGUMENT,
    message: 'no batch of this stream has the cursor {cursor}',
    hint: 'Confirm batches of the same stream only; after a broken stream send them again.',
  },
  REWRAP_UNCONFIRMED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: '{limit} rewrapped ciphertexts of this stream wait to be confirmed, which is the limit',
    hint: 'Store what was answered and confirm it with `stored_cursor` before you send more.',
  },
} as const satisfies Reasons;
