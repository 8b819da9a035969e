import { byAnything, byRefusal, byType, type Control } from './control.ts';
import {
  ACCESS,
  COMPLIANCE,
  ENCRYPTION,
  ERASURE,
  KEYS,
  LOG_KEEPING,
  LOG_READING,
  PERMISSIONS,
  PRIVACY,
  PROCESSING,
  TRANSFERS,
} from './event-types.ts';

/** GDPR (Regulation (EU) 2016/679), by article. */
export const gdpr: readonly Control[] = [
  byType('Art. 5(1)(e)', 'Storage limitation', LOG_KEEPING, ['delete_dataset']),
  byAnything('Art. 5(2)', 'Accountability'),
  byType('Art. 15', 'Right of access by the data subject', ['download_dataset', 'reidentify_token']),
  byType('Art. 17', 'Right to erasure', ERASURE),
  byType('Art. 25', 'Data protection by design and by default', PRIVACY),
  byType('Art. 30', 'Records of processing activities', PROCESSING, TRANSFERS),
  byType('Art. 32(1)(a)', 'Pseudonymisation and encryption', ENCRYPTION, KEYS, ['data_anonymization']),
  byType('Art. 32(1)(b)', 'Ongoing confidentiality and integrity', ACCESS, PERMISSIONS, ['verify_log']),
  byType(
    'Art. 32(1)(d)',
    'Testing and evaluating the measures',
    ['evaluate_compliance', 'export_assessment'],
    LOG_READING,
  ),
  byRefusal('Art. 32(2)', 'Unauthorised access is prevented'),
  byType('Art. 33', 'Notification of a breach', ['stop_breach_clock']),
  byType('Art. 35', 'Data protection impact assessment', COMPLIANCE),
];
