import type { SpanNode } from '@weir/telemetry';

const NAME_WIDTH = 76;

/** A span tree as lines: where a span ran, how long, and when it began after the root. */
export function renderTree(roots: readonly SpanNode[]): string[] {
  const start = Math.min(...roots.map(({ span }) => span.startMs));
  return roots.flatMap((root) => renderNode(root, '', '', start));
}

function renderNode({ span, children }: SpanNode, branch: string, indent: string, start: number): string[] {
  const name = `${branch}${span.service} ${span.name.replace(/^weir\.\w+\.v1\./, '')}`;
  const failed = span.status === 'error' ? '  failed' : '';
  const line = `${name.padEnd(NAME_WIDTH)} ${span.durationMs.toFixed(1).padStart(9)} ms  +${(span.startMs - start).toFixed(0)}${failed}`;
  return [
    line,
    ...children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return renderNode(child, `${indent}${last ? '└ ' : '├ '}`, `${indent}${last ? '  ' : '│ '}`, start);
    }),
  ];
}
