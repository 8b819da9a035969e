import { PiiType, type AnonymizationOperator } from '@weir/contracts/security';
import { fieldMeaning } from '@weir/pii';
import type { AnonymizerParts } from './anonymizer-parts.ts';
import { applyOperator, replacementFor } from './apply-operator.ts';
import { textOf, type JsonValue } from './json-value.ts';
import { typeOf } from './pii-types.ts';
import type { Span } from './sanctions.ts';
import type { ValueFinding } from './value-scan.ts';

/** What became of a plain value. */
export interface LeafResult {
  /** Undefined: it is removed. */
  readonly value: JsonValue | undefined;
  readonly findings: readonly ValueFinding[];
  /** What was done to which of them, each operator once. */
  readonly deeds: readonly Deed[];
  /** It was looked through. */
  readonly isScanned: boolean;
  /** What in the output was put there, or kept, on purpose; undefined where nothing was. */
  readonly spans: readonly Span[] | undefined;
}

/** What an operator was applied to. */
export interface Deed {
  readonly operator: AnonymizationOperator;
  /** Empty: to a value in which nothing was found. */
  readonly findings: readonly ValueFinding[];
}

type Outcome = Omit<LeafResult, 'isScanned'>;

/** Anonymises a plain value: by what is said of its field or, where nothing is, by what is found in it. */
export function anonymizeLeaf(
  parts: AnonymizerParts,
  value: JsonValue,
  field: string,
  said: AnonymizationOperator | undefined,
): LeafResult {
  const text = textOf(value);
  const isScanned = text !== undefined && (parts.detect || said !== undefined);
  const findings = isScanned ? parts.scan(text, field) : [];
  return { ...outcomeOf(parts, value, field, said, findings), isScanned };
}

function outcomeOf(
  parts: AnonymizerParts,
  value: JsonValue,
  field: string,
  said: AnonymizationOperator | undefined,
  findings: readonly ValueFinding[],
): Outcome {
  if (said) return wholeValue(parts, value, field, said, findings);
  const text = textOf(value);
  const [first] = findings;
  if (text === undefined || !first) return { value, findings, deeds: [], spans: undefined };
  if (findings.length === 1 && isWhole(text, first)) {
    return wholeValue(parts, value, field, parts.book.finding(first), findings);
  }
  return inPlace(parts, text, findings);
}

/** Whether a finding is all that there is in a text. */
const isWhole = (text: string, { start, end }: ValueFinding): boolean =>
  text.slice(0, start).trim() === '' && text.slice(end).trim() === '';

function wholeValue(
  { tools }: AnonymizerParts,
  value: JsonValue,
  field: string,
  operator: AnonymizationOperator,
  findings: readonly ValueFinding[],
): Outcome {
  const deeds = [{ operator, findings }];
  const isRemoval = operator.operator?.$case === 'redact';
  // Nothing can be read from null; its field changes its name all the same, as that of other records does.
  if (value === null) return { value: isRemoval ? undefined : null, findings, deeds, spans: undefined };
  const text = textOf(value) ?? (value === true ? 'true' : 'false');
  const outcome = applyOperator(operator, text, typeFor(findings, field), tools);
  if (outcome === 'removed') return { value: undefined, findings, deeds, spans: undefined };
  if (outcome === 'kept')
    return { value, findings, deeds, spans: [{ start: 0, end: text.length, original: undefined }] };
  const original = operator.operator?.$case === 'generalize' ? undefined : text;
  return { value: outcome.text, findings, deeds, spans: [{ start: 0, end: outcome.text.length, original }] };
}

/** What a value is: the surest finding in it or, without one, what its field's name says. */
function typeFor(findings: readonly ValueFinding[], field: string): PiiType {
  const [surest] = [...findings].sort((a, b) => b.score - a.score);
  if (surest) return surest.type;
  const meaning = fieldMeaning(field);
  return meaning === undefined || meaning === 'OTHER_ID' || meaning === 'OTHER_DATE'
    ? PiiType.UNSPECIFIED
    : typeOf(meaning);
}

/** Replaces findings within a longer text. */
function inPlace({ book, tools }: AnonymizerParts, text: string, findings: readonly ValueFinding[]): Outcome {
  const spans: Span[] = [];
  const deeds = new Map<string, { operator: AnonymizationOperator; findings: ValueFinding[] }>();
  let result = '';
  let last = 0;
  for (const finding of findings) {
    const original = text.slice(finding.start, finding.end);
    const operator = book.finding(finding);
    const outcome = applyOperator(operator, original, finding.type, tools);
    const isSanctioned = outcome === 'kept' || operator.operator?.$case === 'generalize';
    const replacement =
      outcome === 'kept' ? original : outcome === 'removed' ? replacementFor(operator, finding.type) : outcome.text;
    result += text.slice(last, finding.start);
    const start = result.length;
    spans.push({ start, end: start + replacement.length, original: isSanctioned ? undefined : original });
    result += replacement;
    last = finding.end;
    const name = operator.operator?.$case ?? '';
    const deed = deeds.get(name) ?? { operator, findings: [] };
    deed.findings.push(finding);
    deeds.set(name, deed);
  }
  return { value: result + text.slice(last), findings, deeds: [...deeds.values()], spans };
}
