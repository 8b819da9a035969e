import { byAnything, byRefusal, byType, type Control } from './control.ts';
import {
  ACCESS,
  AUTHENTICATION,
  COMPLIANCE,
  CREDENTIALS,
  ENCRYPTION,
  IDENTITIES,
  KEYS,
  LOG_KEEPING,
  LOG_READING,
  PERMISSIONS,
  PRIVACY,
  TRANSFERS,
} from './event-types.ts';

/** HIPAA Security Rule (45 CFR part 164), by section. */
export const hipaa: readonly Control[] = [
  byType('164.308(a)(1)(ii)(D)', 'Information system activity review', LOG_READING),
  byType('164.308(a)(3)', 'Workforce security', IDENTITIES),
  byType('164.308(a)(4)', 'Information access management', PERMISSIONS),
  byRefusal('164.308(a)(5)(ii)(C)', 'Log-in monitoring'),
  byType('164.308(a)(6)(ii)', 'Response and reporting', ['stop_breach_clock', 'revoke_token', 'disable_principal']),
  byType('164.308(a)(8)', 'Evaluation', COMPLIANCE),
  byType('164.312(a)(1)', 'Access control', ACCESS),
  byType('164.312(a)(2)(i)', 'Unique user identification', IDENTITIES, CREDENTIALS),
  byType('164.312(a)(2)(iv)', 'Encryption and decryption', ENCRYPTION, KEYS),
  byAnything('164.312(b)', 'Audit controls'),
  byType('164.312(c)(1)', 'Integrity', ['verify_log', 'get_inclusion_proof']),
  byType('164.312(d)', 'Person or entity authentication', AUTHENTICATION),
  byType('164.312(e)(1)', 'Transmission security', TRANSFERS),
  byType('164.316(b)(2)(i)', 'Retention of documentation', LOG_KEEPING),
  byType('164.514(a)', 'De-identification', PRIVACY),
];
