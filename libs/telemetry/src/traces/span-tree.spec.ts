import fc from 'fast-check';
import type { SpanRecord } from './span-record.ts';
import { spanTree, type SpanNode } from './span-tree.ts';

const span = (spanId: string, parentSpanId?: string, startMs = 0): SpanRecord => ({
  traceId: 't',
  spanId,
  parentSpanId,
  name: spanId,
  kind: 'internal',
  service: 'registry',
  startMs,
  durationMs: 1,
  status: 'unset',
  attributes: {},
});

const outline = (nodes: readonly SpanNode[]): string =>
  nodes.map(({ span, children }) => span.name + (children.length > 0 ? `(${outline(children)})` : '')).join(' ');

describe('spanTree', () => {
  it('puts spans below their parents, oldest first', () => {
    const spans = [span('c', 'a', 3), span('b', 'a', 2), span('d', 'b', 4), span('a', undefined, 1)];

    expect(outline(spanTree(spans))).toBe('a(b(d) c)');
  });

  it('shows a span whose parent is missing at the top', () => {
    expect(outline(spanTree([span('b', 'lost', 2), span('c', 'b', 3), span('a', undefined, 1)]))).toBe('a b(c)');
  });

  it('shows every span once', () => {
    const parents = fc.array(fc.nat(30), { maxLength: 30 });
    fc.assert(
      fc.property(parents, (below) => {
        // Each hangs below an earlier one or, where the number is too large, below one that is missing.
        const spans = below.map((parent, index) => span(`s${index}`, parent < index ? `s${parent}` : 'lost', index));
        const names = outline(spanTree(spans)).match(/s\d+/g) ?? [];
        expect(names.toSorted()).toEqual(spans.map(({ spanId }) => spanId).toSorted());
      }),
    );
  });
});
