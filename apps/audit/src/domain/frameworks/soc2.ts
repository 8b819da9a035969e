import { byAnything, byRefusal, byType, type Control } from './control.ts';
import {
  ACCESS,
  AUTHENTICATION,
  CHANGES,
  COMPLIANCE,
  CREDENTIALS,
  ENCRYPTION,
  ERASURE,
  IDENTITIES,
  KEYS,
  LOG_KEEPING,
  LOG_READING,
  PERMISSIONS,
  PRIVACY,
  PROCESSING,
  TENANTS,
  TRANSFERS,
} from './event-types.ts';

/** SOC 2, by trust services criterion (AICPA TSC 2017, revised points of focus 2022). */
export const soc2: readonly Control[] = [
  byType('CC4.1', 'Evaluations of controls are made', COMPLIANCE, LOG_READING),
  byType('CC6.1', 'Logical access is restricted, keys are protected', ACCESS, AUTHENTICATION, KEYS),
  byType('CC6.2', 'Users are registered and authorised before they get credentials', IDENTITIES, CREDENTIALS),
  byType('CC6.3', 'Access follows roles and is changed and removed', PERMISSIONS, IDENTITIES),
  byType('CC6.5', 'Data and keys are disposed of', ERASURE, ['delete_dataset', 'destroy_key']),
  byRefusal('CC6.6', 'Access from outside is refused where it is not allowed'),
  byType('CC6.7', 'Transmission and removal of data are restricted', TRANSFERS, ENCRYPTION, ['export_events']),
  byAnything('CC7.2', 'Anomalies are monitored'),
  byType('CC7.3', 'Security events are evaluated', LOG_READING),
  byType('CC7.4', 'Incidents are responded to', [
    'stop_breach_clock',
    'revoke_token',
    'suspend_tenant',
    'disable_principal',
  ]),
  byType('CC8.1', 'Changes are authorised, tested and approved', CHANGES),
  byType('A1.1', 'Capacity is measured and managed', TENANTS),
  byType('C1.1', 'Confidential information is identified and protected', ENCRYPTION, PRIVACY),
  byType('C1.2', 'Confidential information is disposed of', ERASURE, LOG_KEEPING, ['delete_dataset']),
  byType('PI1.3', 'Processing is complete, valid and accurate', PROCESSING),
  byType('P4.3', 'Personal information is disposed of', ERASURE),
];
