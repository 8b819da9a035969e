import { ComplianceOutcome, type ComplianceControlResult, type ComplianceMeasurement } from '@weir/contracts/security';
import type { Json } from './canonical-json.ts';
import { nameUuid } from './name-uuid.ts';
import { resourceUuid } from './oscal-evidence.ts';
import { oscalControlId, prop } from './oscal-names.ts';

const OUTCOME_WORDS: Readonly<Partial<Record<ComplianceOutcome, string>>> = {
  [ComplianceOutcome.SATISFIED]: 'satisfied',
  [ComplianceOutcome.NOT_SATISFIED]: 'not-satisfied',
  [ComplianceOutcome.NOT_MEASURABLE]: 'not-measurable',
};

/** What was looked at for a control, with the events that show it. */
export function observationOf(name: string, label: string, at: string, result: ComplianceControlResult): Json {
  const evidence = result.evidence.map((one) => ({
    href: `#${resourceUuid(name, one)}`,
    description: `${one.eventType} at index ${one.index}`,
  }));
  const exceptions = result.exceptions.map(({ resource, description, evidence: shown }) => ({
    ...(shown && { href: `#${resourceUuid(name, shown)}` }),
    description: `Exception: ${resource}: ${description}`,
  }));
  const relevant = [...exceptions, ...evidence];
  return {
    uuid: observationUuid(name, label, result),
    title: `${result.controlId} ${result.title}`,
    description: result.reason,
    props: [
      prop('outcome', OUTCOME_WORDS[result.outcome] ?? 'not-measurable'),
      prop('population', String(result.population)),
      prop('examined', String(result.examined)),
      prop('exceptions', String(result.exceptionCount)),
      ...result.measurements.map((one) => prop(one.metric.replaceAll('_', '-'), inWords(one))),
    ],
    methods: [result.outcome === ComplianceOutcome.NOT_MEASURABLE ? 'UNKNOWN' : 'TEST'],
    types: ['finding'],
    collected: at,
    ...(relevant.length > 0 && { 'relevant-evidence': relevant }),
  };
}

/** How a control came out; only for those that could be measured. */
export function findingOf(name: string, label: string, result: ComplianceControlResult): Json {
  const isSatisfied = result.outcome === ComplianceOutcome.SATISFIED;
  return {
    uuid: nameUuid(name, label, result.controlId, 'finding'),
    title: `${result.controlId} ${result.title}`,
    description: result.reason,
    target: {
      type: 'objective-id',
      'target-id': oscalControlId(label, result.controlId),
      status: { state: isSatisfied ? 'satisfied' : 'not-satisfied', reason: isSatisfied ? 'pass' : 'fail' },
    },
    'related-observations': [{ 'observation-uuid': observationUuid(name, label, result) }],
  };
}

const observationUuid = (name: string, label: string, { controlId }: ComplianceControlResult): string =>
  nameUuid(name, label, controlId, 'observation');

const inWords = ({ value, unit, expected }: ComplianceMeasurement): string => `${value} ${unit}, expected ${expected}`;
