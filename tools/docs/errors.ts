import { catalogueParts, codeName } from '@weir/errors';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/errors.md: every reason a call can fail with. */
export function errorsPage(): string {
  const sections = Object.entries(catalogueParts).map(([part, reasons]) => {
    const rows = Object.entries(reasons).map(([reason, { code: status, message, hint }]) => [
      code(reason),
      codeName(status),
      message,
      hint,
    ]);
    const title = part === 'platform' ? 'Every service' : part;
    return rows.length > 0 ? `## ${title}\n\n${table(['Reason', 'Status', 'Message', 'What to do'], rows)}` : '';
  });
  return [generatedFrom('libs/errors/src/catalogue'), INTRODUCTION, ...sections].filter(Boolean).join('\n\n');
}

const INTRODUCTION = `# Errors

A call that fails answers with a gRPC status whose details (\`grpc-status-details-bin\`, a \`google.rpc.Status\`) always
carry an \`ErrorInfo\`: the reason below, the domain \`weir.dev\`, and as metadata the facts that stand in braces in the
message. A reason never changes its status. Beside it, where they fit: \`BadRequest\` with every broken field,
\`QuotaFailure\`, \`RetryInfo\` (also as \`grpc-retry-pushback-ms\`), \`PreconditionFailure\`, \`ResourceInfo\`. What is not in
these tables is \`INTERNAL\` with a correlation id; its cause is in the log and never sent.`;
