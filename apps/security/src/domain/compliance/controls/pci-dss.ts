import { accessReview, governedAccess, neededAccess } from '../measures/access-measures.ts';
import { anonymization, encryptionAtRest, keyRotation } from '../measures/data-measures.ts';
import { breachNotification, byPerson, transmission } from '../measures/duty-measures.ts';
import { attribution, auditRetention, logIntegrity, logReadings } from '../measures/log-measures.ts';
import type { Control } from './control.ts';

/** PCI DSS 4.0.1, by requirement. */
export const pciDss: readonly Control[] = [
  { id: '3.4.1', title: 'The PAN is masked: its BIN and last four digits at most', measure: anonymization },
  { id: '3.5.1', title: 'The PAN is unreadable wherever it is stored', measure: encryptionAtRest },
  { id: '3.7.4', title: 'Keys are changed at the end of their cryptoperiod', measure: keyRotation },
  { id: '4.2.1', title: 'The PAN is protected in transmission', measure: transmission },
  { id: '7.2.1', title: 'Access is defined by policies', measure: governedAccess },
  { id: '7.2.4', title: 'Access rights are reviewed', measure: accessReview },
  { id: '8.2.6', title: 'Rights that are not used are removed', measure: neededAccess },
  { id: '9.2.1', title: 'Physical access is controlled', measure: byPerson(() => 'It needs a person.') },
  { id: '10.2.1.3', title: 'All access to audit logs is logged', measure: logReadings },
  { id: '10.2.2', title: 'Events say who did what to what, when and with which outcome', measure: attribution },
  { id: '10.3.4', title: 'Changes of audit logs are detected', measure: logIntegrity },
  { id: '10.5.1', title: 'Audit logs are kept for the configured months', measure: auditRetention },
  { id: '12.6.1', title: 'Personnel is made aware of security', measure: byPerson(() => 'It needs a person.') },
  { id: '12.10.1', title: 'Incidents are responded to at once', measure: breachNotification('of the framework') },
];
