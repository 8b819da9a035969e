import { reason } from '@weir/errors';
import { anonymizeLeaf, type LeafResult } from './anonymize-leaf.ts';
import type { AnonymizerParts } from './anonymizer-parts.ts';
import { nameAfter } from './apply-operator.ts';
import { pathText, type Path } from './field-path.ts';
import { isContainer, type JsonRecord, type JsonValue } from './json-value.ts';
import type { FieldTreatment } from './rule-book.ts';
import type { Sanctions } from './sanctions.ts';

/** Where the walk is. */
export interface Place {
  /** For rules: without indexes. */
  readonly path: Path;
  /** In the output: with indexes. */
  readonly output: Path;
  /** Inside of a map of features, whose names and order stay. */
  readonly inFeatures: boolean;
  /** What is said of the field around it. */
  readonly forced: FieldTreatment | undefined;
}

const FEATURES = 'features';

/** Anonymises a record; what was let through on purpose is noted in `sanctions` for the second scan. */
export function anonymizeRecord(parts: AnonymizerParts, record: JsonRecord, sanctions: Sanctions): JsonRecord {
  return walkRecord(parts, record, { path: [], output: [], inFeatures: false, forced: undefined }, sanctions);
}

function walkRecord(parts: AnonymizerParts, record: JsonRecord, place: Place, sanctions: Sanctions): JsonRecord {
  const result = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(record)) {
    const path = [...place.path, name];
    const treatment = place.forced ?? parts.book.field(path);
    const isRenamed = treatment !== undefined && !place.forced && !place.inFeatures && !isContainer(value);
    const outputName = isRenamed ? treatment.outputField || nameAfter(name, treatment.operator) : name;
    const inFeatures = place.inFeatures || name === FEATURES;
    const here = { path, output: [...place.output, outputName], inFeatures, forced: place.forced };
    const after = walkValue(parts, value, treatment, here, sanctions);
    if (after === undefined) continue;
    if ((outputName !== name && Object.hasOwn(record, outputName)) || result.has(outputName)) {
      throw reason('FIELD_CONFLICT', { field: pathText(path), output: outputName });
    }
    result.set(outputName, after);
  }
  // Through a map and back: a field may have any name, "__proto__" too.
  return Object.fromEntries(result);
}

/** What becomes of a value; undefined when it is removed. */
function walkValue(
  parts: AnonymizerParts,
  value: JsonValue,
  treatment: FieldTreatment | undefined,
  place: Place,
  sanctions: Sanctions,
): JsonValue | undefined {
  if (!isContainer(value)) return leaf(parts, value, treatment, place, sanctions);
  const operator = treatment?.operator.operator?.$case;
  if (treatment && operator === 'redact') {
    parts.tally.done(pathText(place.path), '', treatment.operator, []);
    return place.inFeatures ? null : undefined;
  }
  const inside = treatment ? { ...place, forced: { ...treatment, outputField: '' } } : place;
  if (!Array.isArray(value)) return walkRecord(parts, value, inside, sanctions);
  return value.map((one, index) => {
    const element = { ...inside, path: [...place.path, '[]'], output: [...place.output, `[${index}]`] };
    const said = inside.forced ?? parts.book.field(element.path);
    // What is taken out of a list leaves a gap: the others keep their places.
    return walkValue(parts, one, said, element, sanctions) ?? null;
  });
}

function leaf(
  parts: AnonymizerParts,
  value: JsonValue,
  treatment: FieldTreatment | undefined,
  place: Place,
  sanctions: Sanctions,
): JsonValue | undefined {
  const field = pathText(place.path);
  const result: LeafResult = anonymizeLeaf(parts, value, field, treatment?.operator);
  if (result.isScanned) parts.tally.scanned();
  parts.tally.found(result.findings);
  const isRemoved = result.value === undefined;
  const output = isRemoved && !place.inFeatures ? '' : outputText(place);
  for (const { operator, findings } of result.deeds) parts.tally.done(field, output, operator, findings);
  if (result.spans) sanctions.allow(place.output, result.spans);
  return isRemoved && place.inFeatures ? null : result.value;
}

/** The output's path without indexes. */
const outputText = ({ output }: Place): string =>
  pathText(output.map((segment) => (/^\[\d+\]$/.test(segment) ? '[]' : segment)));
