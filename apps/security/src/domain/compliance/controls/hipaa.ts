import { accessReview, governedAccess, neededAccess } from '../measures/access-measures.ts';
import { anonymization, encryptionAtRest } from '../measures/data-measures.ts';
import { agreements, breachNotification, byPerson, transmission } from '../measures/duty-measures.ts';
import { attribution, auditRetention, logIntegrity } from '../measures/log-measures.ts';
import { availability } from '../measures/run-measures.ts';
import type { Control } from './control.ts';

/** HIPAA, by section of 45 CFR part 164. */
export const hipaa: readonly Control[] = [
  { id: '164.308(a)(1)(ii)(D)', title: 'Access and activity are reviewed regularly', measure: accessReview },
  { id: '164.308(a)(3)(ii)(C)', title: 'Access ends with the need for it', measure: neededAccess },
  { id: '164.308(a)(5)(i)', title: 'The workforce is trained', measure: byPerson(() => 'It needs a person.') },
  {
    id: '164.308(a)(6)(ii)',
    title: 'Security incidents are responded to',
    measure: breachNotification('of any framework'),
  },
  { id: '164.308(a)(7)(i)', title: 'Accepted work survives failures of the platform', measure: availability },
  {
    id: '164.310(a)(1)',
    title: 'Physical access to facilities is limited',
    measure: byPerson(() => 'It needs a person.'),
  },
  { id: '164.312(a)(1)', title: 'Only those with rights access health data', measure: governedAccess },
  { id: '164.312(a)(2)(iv)', title: 'Health data is encrypted where it is stored', measure: encryptionAtRest },
  { id: '164.312(b)', title: 'Activity is recorded with who did what', measure: attribution },
  { id: '164.312(c)(1)', title: 'Records are protected against alteration', measure: logIntegrity },
  { id: '164.312(e)(1)', title: 'Health data is protected in transmission', measure: transmission },
  { id: '164.316(b)(2)(i)', title: 'Documentation is kept for six years', measure: auditRetention },
  { id: '164.404(b)', title: 'Breaches are notified within 60 days', measure: breachNotification('of the framework') },
  { id: '164.504(e)', title: 'Business associates are bound by a contract', measure: agreements },
  { id: '164.514(a)', title: 'Health data is de-identified where it must be', measure: anonymization },
];
