import { gdprLawfulBasisToJSON, gdprTransferMechanismToJSON } from '@weir/contracts/security';
import { governedAccess } from '../measures/access-measures.ts';
import type { ControlBasis } from '../measures/basis.ts';
import { anonymization, encryptionAtRest, erasure, storageLimitation } from '../measures/data-measures.ts';
import { agreements, breachNotification, byPerson, impactAssessment, transmission } from '../measures/duty-measures.ts';
import { attribution, logIntegrity } from '../measures/log-measures.ts';
import { availability, recordsOfProcessing } from '../measures/run-measures.ts';
import type { Control } from './control.ts';

const lawfulBasis = ({ config: { parameters } }: ControlBasis): string =>
  parameters.$case === 'gdpr'
    ? `${inWords(gdprLawfulBasisToJSON(parameters.value.lawfulBasis))} is declared; whether it holds needs a person.`
    : 'It needs a person.';

const transfers = ({ config: { parameters } }: ControlBasis): string =>
  parameters.$case === 'gdpr'
    ? `${inWords(gdprTransferMechanismToJSON(parameters.value.transferMechanism))} is declared; where data goes needs a person.`
    : 'It needs a person.';

const inWords = (name: string): string => name.replace(/^GDPR_(?:LAWFUL_BASIS|TRANSFER_MECHANISM)_/, '');

/** GDPR (Regulation (EU) 2016/679), by article. */
export const gdpr: readonly Control[] = [
  { id: 'Art. 5(1)(e)', title: 'Personal data is not stored for longer than needed', measure: storageLimitation },
  { id: 'Art. 5(1)(f)', title: 'The record of processing is protected against change', measure: logIntegrity },
  { id: 'Art. 5(2)', title: 'The controller can show who did what', measure: attribution },
  { id: 'Art. 6(1)', title: 'Processing has a lawful basis', measure: byPerson(lawfulBasis) },
  { id: 'Art. 17(1)', title: 'Personal data is erased on request', measure: erasure },
  { id: 'Art. 25(1)', title: 'Personal data is pseudonymised by design', measure: anonymization },
  { id: 'Art. 28(3)', title: 'Processors are bound by a contract', measure: agreements },
  { id: 'Art. 30(1)', title: 'Processing activities are on record', measure: recordsOfProcessing },
  { id: 'Art. 32(1)(a)', title: 'Personal data is encrypted', measure: encryptionAtRest },
  { id: 'Art. 32(1)(b)', title: 'Access to personal data is confined to those who may', measure: governedAccess },
  { id: 'Art. 32(1)(c)', title: 'Processing is available and resilient', measure: availability },
  { id: 'Art. 32(2)', title: 'Personal data is protected in transmission', measure: transmission },
  { id: 'Art. 33(1)', title: 'Breaches are notified within 72 hours', measure: breachNotification('of the framework') },
  { id: 'Art. 35(1)', title: 'An impact assessment is made where it is required', measure: impactAssessment },
  { id: 'Art. 44', title: 'Transfers to third countries have a mechanism', measure: byPerson(transfers) },
];
