import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { spanRecord } from './span-record.ts';
import { traceFiles, type TraceFiles } from './trace-files.ts';

export interface FileExporterOptions {
  readonly stateDir: string;
  readonly service: string;
  /** A file that would grow beyond this is put aside, and the one put aside before it is lost; 8 MiB by default. */
  readonly maxBytes?: number;
}

/** Appends finished spans, one JSON line each, to a file that only its owner reads. */
export function fileExporter({ stateDir, service, maxBytes = 8 * 1024 * 1024 }: FileExporterOptions): SpanExporter {
  const files = traceFiles(stateDir, service);
  let written = Promise.resolve();

  return {
    export: (spans, done) => {
      const lines = spans.map((span) => `${JSON.stringify(spanRecord(span, service))}\n`).join('');
      written = written
        .then(() => append(files, lines, maxBytes))
        .then(
          () => done({ code: ExportResultCode.SUCCESS }),
          (error: unknown) =>
            done({ code: ExportResultCode.FAILED, error: new Error('cannot write spans', { cause: error }) }),
        );
    },
    forceFlush: () => written,
    shutdown: () => written,
  };
}

// Opened for each batch: a file that was moved or deleted by someone else does not swallow spans.
async function append(files: TraceFiles, lines: string, maxBytes: number): Promise<void> {
  await mkdir(dirname(files.current), { recursive: true, mode: 0o700 });
  await using file = await open(files.current, 'a', 0o600);
  const { size, ino } = await file.stat();
  if (size > 0 && size + Buffer.byteLength(lines) > maxBytes) {
    await putAside(files, ino);
    await append(files, lines, maxBytes);
  } else {
    await file.appendFile(lines);
  }
}

// Another process of the same service may have been first: then the current file is a new one, which stays.
async function putAside({ current, full }: TraceFiles, ino: number): Promise<void> {
  const now = await stat(current).catch(() => undefined);
  if (now?.ino === ino) await rename(current, full);
}
