import { Event, Outcome } from '@weir/contracts/audit';
import { ComplianceFramework } from '@weir/contracts/security';
import { defaultParameters, settleParameters, type Settled } from '../parameters.ts';
import { requirementsOf } from '../requirements.ts';
import { governedAccess } from './access-measures.ts';
import type { ControlBasis, Transport } from './basis.ts';
import { anonymization, encryptionAtRest, storageLimitation } from './data-measures.ts';
import { agreements, impactAssessment, transmission } from './duty-measures.ts';
import { attribution, auditRetention } from './log-measures.ts';
import { availability, recordsOfProcessing } from './run-measures.ts';
import type { Finding, Measure } from './measure.ts';

const NOW = new Date('2026-06-01T12:00:00Z');
const DAY_MS = 86_400_000;
const ago = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);
const parameters = defaultParameters(ComplianceFramework.GDPR);

const basis = (more: Partial<ControlBasis> = {}, settled: Settled = parameters): ControlBasis => ({
  tenant: 'acme',
  asOf: NOW,
  periodStart: ago(90),
  policies: [],
  grantCount: 0,
  staleGrants: new Map(),
  reviewedAt: undefined,
  keys: [],
  clocks: [],
  retention: undefined,
  verdict: { checked: 0n, removed: 0n, problem: undefined },
  transports: [],
  switchedOff: { encryption: false, piiDetection: false, silenced: [] },
  readings: [],
  unerased: [],
  since: ago(60),
  config: {
    framework: ComplianceFramework.GDPR,
    revision: 1n,
    isActive: true,
    parameters: settled,
    configuredAt: ago(60),
    retentionAppliedAt: undefined,
  },
  requirements: requirementsOf(settled),
  ...more,
});

/** What a measure makes of these events. */
function measure(subject: Measure, events: readonly Partial<Event>[], facts: ControlBasis = basis()): Finding {
  const tally = subject.begin(facts);
  events.forEach((more, index) => {
    const event = Event.fromPartial({
      id: `e-${index}`,
      time: ago(1),
      tenant: 'tenants/acme',
      principal: 'tenants/acme/principals/etl',
      resource: 'tenants/acme/datasets/x',
      outcome: Outcome.SUCCEEDED,
      ...more,
    } as Event);
    const hash = Buffer.alloc(32);
    if (subject.types.includes(event.type)) {
      tally.take({ event, bytes: Buffer.alloc(0), index: BigInt(index), leafHash: hash, auditPath: [] });
    }
  });
  return tally.finish();
}

const run = { type: 'data_processing_request', policyRevision: 2n };
const store = { type: 'upload_dataset', dataset: 'tenants/acme/datasets/x' };

describe('nothing to measure is said, not taken for right', () => {
  it.each([
    ['no run', availability, 'Nothing was processed since the framework was configured.'],
    ['no dataset', encryptionAtRest, 'No dataset was stored since the framework was configured.'],
    ['no personal data', anonymization, 'No personal data was found since the framework was configured.'],
    ['no port', transmission, 'No port could be reached.'],
  ])('%s', (_, subject, reason) => {
    expect(measure(subject, [])).toMatchObject({ outcome: 'not measurable', reason, population: 0n });
  });

  it('what happened before the framework was configured does not count', () => {
    expect(measure(encryptionAtRest, [{ ...store, time: ago(61) }]).outcome).toBe('not measurable');
  });
});

describe('a control breaks when', () => {
  it('a run goes past the policies', () => {
    const found = measure(governedAccess, [run, { ...run, policyRevision: 0n }]);
    expect(found).toMatchObject({ outcome: 'not satisfied', exceptionCount: 2n });
    expect(found.exceptions.map(({ description }) => description)).toEqual([
      'the data_processing_request was decided by no policy',
      'no policy defines who may do what',
    ]);
  });

  it('events are removed before their time', () => {
    const settled = defaultParameters(ComplianceFramework.SOC2);
    const certificate = {
      note: '',
      firstIndex: 3n,
      endIndex: 9n,
      roots: [],
      firstTime: ago(20),
      lastTime: ago(10),
      removedAt: ago(1),
    };
    const removed = { type: 'retention_applied', retentionCertificate: certificate };

    expect(measure(auditRetention, [removed], basis({}, settled))).toMatchObject({
      outcome: 'not satisfied',
      exceptions: [{ description: 'events 3 to 9 were removed after 9 days' }],
    });
  });

  it('a port answers in clear to other machines, and not on its own machine only', () => {
    const port: Transport = { service: 'audit', address: '10.0.0.7:7003', isLoopback: false, inClear: 'refused' };
    const local: Transport = { ...port, isLoopback: true, inClear: 'answered' };
    const away: Transport = { ...port, inClear: 'unreachable' };

    expect(measure(transmission, [], basis({ transports: [port, local, away] }))).toMatchObject({
      outcome: 'satisfied',
      population: 2n,
    });
    const open = basis({ transports: [port, { ...port, inClear: 'answered' }] });
    expect(measure(transmission, [], open)).toMatchObject({ outcome: 'not satisfied', exceptionCount: 1n });
  });

  it('something is stored without encryption', () => {
    const encrypted = { details: { encrypted: true } };
    const written = { ...run, details: { outputs: 1, encrypted: true } };
    expect(measure(encryptionAtRest, [{ ...store, ...encrypted }, written, run])).toMatchObject({
      outcome: 'satisfied',
      population: 2n,
    });

    const open = measure(encryptionAtRest, [store, { ...written, details: { outputs: 1, encrypted: false } }]);
    expect(open).toMatchObject({ outcome: 'not satisfied', population: 2n, exceptionCount: 2n });
  });

  it('personal data is found and not anonymised, or left in an output', () => {
    const found = { ...run, complianceFlags: ['pii_detected'] };
    const hidden = { ...run, complianceFlags: ['pii_detected', 'pii_anonymized'] };
    const leak = { type: 'data_anonymization', outcome: Outcome.FAILED, errorReason: 'PII_REMAINS' };

    expect(measure(anonymization, [hidden]).outcome).toBe('satisfied');
    expect(measure(anonymization, [hidden, found, leak])).toMatchObject({ population: 3n, exceptionCount: 2n });
  });

  it('personal data outlives its time, until it is removed', () => {
    const settled = settleParameters({ $case: 'gdpr', value: { ...gdprOf(parameters), retentionDays: 30 } });
    const old = { ...store, time: ago(31) };
    const facts = basis({}, settled);

    expect(measure(storageLimitation, [old], facts)).toMatchObject({ exceptions: [{ resource: store.dataset }] });
    expect(measure(storageLimitation, [old, { ...store, type: 'delete_dataset' }], facts).outcome).toBe('satisfied');
  });

  it('an event says not who did it, or to what', () => {
    expect(measure(attribution, [run]).outcome).toBe('satisfied');
    const found = measure(attribution, [
      { ...run, principal: '' },
      { ...run, resource: '' },
    ]);
    expect(found.exceptions.map(({ description }) => description)).toEqual([
      'the data_processing_request names no principal',
      'the data_processing_request names no resource',
    ]);
  });

  it('a run is not fully on record', () => {
    const whole = { ...run, dataset: 'x', processingType: 'sql', agent: 'y' };
    expect(measure(recordsOfProcessing, [whole]).outcome).toBe('satisfied');
    expect(measure(recordsOfProcessing, [{ ...whole, agent: '' }]).exceptions).toMatchObject([
      { description: 'the record of the run lacks agent' },
    ]);
  });

  it('the platform fails what it accepted, and not when the data is at fault', () => {
    const failed = { ...run, outcome: Outcome.FAILED };
    expect(measure(availability, [{ ...failed, errorReason: 'QUALITY_GATE_CLOSED' }]).outcome).toBe('satisfied');
    expect(measure(availability, [{ ...failed, errorReason: 'WORKER_CRASHED' }]).outcome).toBe('not satisfied');
  });

  it('a contract has run out, or names no document', () => {
    const agreement = { processor: 'Cloud', reference: 'DPA-1', effectiveAt: ago(400), expiresAt: undefined };
    const withAgreements = (...processorAgreements: (typeof agreement & { expiresAt?: Date | undefined })[]) =>
      basis({}, settleParameters({ $case: 'gdpr', value: { ...gdprOf(parameters), processorAgreements } }));

    expect(measure(agreements, [], withAgreements()).outcome).toBe('not measurable');
    expect(measure(agreements, [], withAgreements(agreement)).outcome).toBe('satisfied');
    const bad = withAgreements({ ...agreement, reference: '' });
    expect(measure(agreements, [], bad)).toMatchObject({
      exceptions: [{ description: 'the agreement names no document' }],
    });
  });

  it('an impact assessment is required and not approved', () => {
    const requiring = (dpiaReference: string, dpiaApprovedAt: Date | undefined) =>
      basis(
        {},
        settleParameters({
          $case: 'gdpr',
          value: { ...gdprOf(parameters), dpiaRequired: true, dpiaReference, dpiaApprovedAt },
        }),
      );

    expect(measure(impactAssessment, []).outcome).toBe('not measurable');
    expect(measure(impactAssessment, [], requiring('DPIA-3', ago(3))).outcome).toBe('satisfied');
    expect(measure(impactAssessment, [], requiring('', undefined)).outcome).toBe('not satisfied');
  });
});

function gdprOf(settled: Settled) {
  if (settled.$case !== 'gdpr') throw new TypeError('not those of GDPR');
  return settled.value;
}
