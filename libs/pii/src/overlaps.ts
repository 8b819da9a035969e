import type { Finding } from './recognizer.ts';

type Span = Omit<Finding, 'kind'>;

// What contains another finding is the better one, unless it is much less sure.
const MARGIN = 0.3;

/** Findings without overlaps, by start: of two for the same characters the wider, surer, or validated one stays. */
export function withoutOverlaps<F extends Span>(findings: readonly F[]): F[] {
  if (findings.length < 2) return [...findings];
  const sorted = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: F[] = [];
  let heap: F[] = [];
  let end = -1;
  for (const one of sorted) {
    if (one.start >= end) {
      kept.push(...settled(heap));
      heap = [];
    }
    heap.push(one);
    end = Math.max(end, one.end);
  }
  return [...kept, ...settled(heap)];
}

/** What stays of findings that hang together. */
function settled<F extends Span>(heap: readonly F[]): F[] {
  if (heap.length < 2) return [...heap];
  const contained = (one: F): boolean =>
    heap.some(
      (other) =>
        other.start <= one.start &&
        other.end >= one.end &&
        other.end - other.start > one.end - one.start &&
        other.score > one.score - MARGIN,
    );
  const ranked = heap
    .filter((one) => !contained(one))
    .sort(
      (a, b) => b.score - a.score || Number(b.validated) - Number(a.validated) || b.end - b.start - (a.end - a.start),
    );
  const kept: F[] = [];
  for (const one of ranked) if (!kept.some((other) => one.start < other.end && other.start < one.end)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}
