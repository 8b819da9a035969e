import { ComplianceOutcome, type ComplianceAssessment, type ComplianceControlResult } from '@weir/contracts/security';
import { frameworkLabel, isKnownFramework } from '../frameworks.ts';
import type { Json } from './canonical-json.ts';
import { nameUuid } from './name-uuid.ts';
import { evidenceResources } from './oscal-evidence.ts';
import { oscalControlId, prop } from './oscal-names.ts';
import { findingOf, observationOf } from './oscal-result.ts';

/** The version of OSCAL that exports are written in. */
export const OSCAL_VERSION = '1.1.3';

/**
 * An assessment as OSCAL assessment results. One result for each framework; an observation for each control, a finding
 * for each that could be measured, for OSCAL knows only satisfied and not-satisfied. Events are resources of the back
 * matter: each is a proof file that `weir audit verify` checks offline. Every UUID derives from the assessment.
 */
export function oscalOf(assessment: ComplianceAssessment): Json {
  const { name, frameworks, results, periodStart, periodEnd, logHead } = assessment;
  const at = (periodEnd ?? new Date(0)).toISOString();
  return {
    'assessment-results': {
      uuid: nameUuid(name),
      metadata: {
        title: `Compliance assessment of ${tenantIn(name)}`,
        'last-modified': at,
        version: name.split('/').at(-1) ?? '',
        'oscal-version': OSCAL_VERSION,
        props: [
          prop('log-tree-size', String(logHead?.treeSize ?? 0n)),
          prop('log-root-hash', logHead?.rootHash.toString('hex') ?? ''),
        ],
      },
      // What is assessed and how is said by the configurations, which are part of the assessment itself.
      'import-ap': { href: `#${nameUuid(name, 'plan')}` },
      results: frameworks.map(({ framework }) => {
        const label = isKnownFramework(framework) ? frameworkLabel(framework) : String(framework);
        return {
          uuid: nameUuid(name, label),
          title: `${label}: ${tenantIn(name)}`,
          description: `The controls of ${label}, measured against the audit log up to one signed head.`,
          start: (periodStart ?? new Date(0)).toISOString(),
          end: at,
          ...controlsOf(
            name,
            label,
            at,
            results.filter((result) => result.framework === framework),
          ),
        };
      }),
      'back-matter': { resources: [planOf(assessment), ...evidenceResources(assessment)] },
    },
  };
}

function controlsOf(name: string, label: string, at: string, results: readonly ComplianceControlResult[]) {
  const findings = results
    .filter(({ outcome }) => outcome !== ComplianceOutcome.NOT_MEASURABLE)
    .map((result) => findingOf(name, label, result));
  return {
    'reviewed-controls': {
      'control-selections': [
        { 'include-controls': results.map(({ controlId }) => ({ 'control-id': oscalControlId(label, controlId) })) },
      ],
    },
    observations: results.map((result) => observationOf(name, label, at, result)),
    // An empty array is not allowed.
    ...(findings.length > 0 && { findings }),
  };
}

/** The configurations, as the plan that the results refer to. */
function planOf({ name, frameworks }: ComplianceAssessment): Json {
  const revisions = frameworks.map((config) => `${config.name} revision ${config.revision}`).join(', ');
  return {
    uuid: nameUuid(name, 'plan'),
    title: 'Assessment plan',
    description: `The controls that Weir measures for ${revisions}, as docs/compliance.md lists them.`,
  };
}

const tenantIn = (name: string): string => name.split('/')[1] ?? '';
