import type { Dataset, DatasetTarget } from '@weir/contracts/agent';
import { clearanceToJSON, DataFormat, type Clearance } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { formatLabel, formatLabels } from './data-formats.ts';
import type { PlannedInput, RunPlan } from './run-plan.ts';

/** Throws unless a component may read a dataset as planned: format, clearance. */
export function checkInput({ component }: RunPlan, { format }: PlannedInput, dataset: Dataset): void {
  const { name, classification } = dataset;
  if (!component.dataFormats.includes(dataset.format)) {
    const supported = formatLabels(component.dataFormats);
    throw reason('FORMAT_UNSUPPORTED', { what: component.name, format: formatLabel(dataset.format), supported });
  }
  if (format !== DataFormat.UNSPECIFIED && format !== dataset.format) {
    const what = `a read step of ${component.name}`;
    throw reason('FORMAT_UNSUPPORTED', { what, format: formatLabel(dataset.format), supported: formatLabel(format) });
  }
  if (classification > component.clearance) {
    throw reason('CLEARANCE_INSUFFICIENT', {
      dataset: name,
      classification: clearanceLabel(classification),
      component: component.name,
      clearance: clearanceLabel(component.clearance),
    });
  }
}

/** How an output is classified: as asked, or as the highest of what it is computed from. CLASSIFICATION_LOWERED. */
export function classify(target: DatasetTarget, inputs: readonly Dataset[], anonymizes: boolean): Clearance {
  const highest = inputs.reduce<Clearance>(
    (most, { classification }) => (classification > most ? classification : most),
    0,
  );
  const asked = target.classification;
  if (asked === 0) return highest === 0 ? 1 : highest;
  if (asked < highest && !anonymizes) {
    const facts = { asked: clearanceLabel(asked), inputs: clearanceLabel(highest) };
    throw reason('CLASSIFICATION_LOWERED', facts);
  }
  return asked;
}

/** What kinds of data an output holds: those it is said to, and those of what it is computed from. */
export const dataTypesOf = (target: DatasetTarget, inputs: readonly Dataset[]): string[] =>
  [...new Set([...target.dataTypes, ...inputs.flatMap(({ dataTypes }) => dataTypes)])].sort();

const clearanceLabel = (clearance: Clearance): string => clearanceToJSON(clearance).replace('CLEARANCE_', '');
