import { accessReview, governedAccess, neededAccess } from '../measures/access-measures.ts';
import { anonymization, encryptionAtRest, erasure } from '../measures/data-measures.ts';
import { breachNotification, byPerson, transmission } from '../measures/duty-measures.ts';
import { attribution, auditRetention, logIntegrity } from '../measures/log-measures.ts';
import { availability, recordsOfProcessing } from '../measures/run-measures.ts';
import type { Settled } from '../parameters.ts';
import type { Control } from './control.ts';

const whereHolds =
  (criterion: 'availability' | 'processingIntegrity' | 'confidentiality' | 'privacy') =>
  (parameters: Settled): boolean =>
    parameters.$case === 'soc2' && parameters.value[criterion];

/** SOC 2, by trust services criterion (AICPA TSC 2017, revised points of focus 2022). */
export const soc2: readonly Control[] = [
  {
    id: 'CC1.1',
    title: 'The entity is committed to integrity and ethical values',
    measure: byPerson(() => 'It needs a person.'),
  },
  { id: 'CC2.1', title: 'The information that controls rest on is kept', measure: auditRetention },
  { id: 'CC3.2', title: 'Risks are identified and analysed', measure: byPerson(() => 'It needs a person.') },
  { id: 'CC6.1', title: 'Logical access to data is restricted by defined policies', measure: governedAccess },
  { id: 'CC6.2', title: 'Access that is no longer authorised is removed', measure: neededAccess },
  { id: 'CC6.3', title: 'Access rights are reviewed within the configured period', measure: accessReview },
  { id: 'CC6.7', title: 'Data in transmission is protected', measure: transmission },
  { id: 'CC7.2', title: 'The log that anomalies are found in is whole', measure: logIntegrity },
  { id: 'CC7.3', title: 'Security events say who did what', measure: attribution },
  { id: 'CC7.4', title: 'Incidents are responded to in time', measure: breachNotification('of any framework') },
  {
    id: 'A1.2',
    title: 'Accepted work survives failures of the platform',
    measure: availability,
    holds: whereHolds('availability'),
  },
  {
    id: 'PI1.3',
    title: 'Processing is recorded completely',
    measure: recordsOfProcessing,
    holds: whereHolds('processingIntegrity'),
  },
  {
    id: 'C1.1',
    title: 'Confidential data is encrypted where it is stored',
    measure: encryptionAtRest,
    holds: whereHolds('confidentiality'),
  },
  {
    id: 'P4.3',
    title: 'Personal information is disposed of on request',
    measure: erasure,
    holds: whereHolds('privacy'),
  },
  {
    id: 'P6.1',
    title: 'Personal information is disclosed only as agreed',
    measure: anonymization,
    holds: whereHolds('privacy'),
  },
];
