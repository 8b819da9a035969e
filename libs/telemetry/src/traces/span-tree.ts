import type { SpanRecord } from './span-record.ts';

/** A span and the spans that ran inside it, oldest first. */
export interface SpanNode {
  readonly span: SpanRecord;
  readonly children: readonly SpanNode[];
}

/** Orders spans into trees, oldest first. A span whose parent is missing, such as a lost or foreign one, is a root. */
export function spanTree(spans: readonly SpanRecord[]): SpanNode[] {
  const known = new Set(spans.map((span) => span.spanId));
  const parentOf = ({ parentSpanId }: SpanRecord): string | undefined =>
    parentSpanId !== undefined && known.has(parentSpanId) ? parentSpanId : undefined;
  const byParent = Map.groupBy(spans.toSorted(byStart), parentOf);

  const nodesBelow = (parent: string | undefined): SpanNode[] =>
    (byParent.get(parent) ?? []).map((span) => ({ span, children: nodesBelow(span.spanId) }));
  return nodesBelow(undefined);
}

// Starts are known to the millisecond; spans of the same one stay in the order given, which in files is that of ending.
const byStart = (a: SpanRecord, b: SpanRecord): number => a.startMs - b.startMs;
