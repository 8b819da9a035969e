import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SpanRecord } from './span-record.ts';

/**
 * The spans of one trace from the files of all services in `dir` (see `tracesDir`), oldest first; none when there are no files.
 * A span shows up about half a second after it ended.
 */
export async function readTrace(dir: string, traceId: string): Promise<SpanRecord[]> {
  const found = await Promise.all((await traceFilesIn(dir)).map((file) => spansIn(join(dir, file), traceId)));
  // A file that is put aside while it is read shows up under both names.
  const spans = new Map(found.flat().map((span) => [span.spanId, span]));
  return [...spans.values()].sort((a, b) => a.startMs - b.startMs);
}

async function traceFilesIn(dir: string): Promise<string[]> {
  const files = await unlessMissing(() => readdir(dir));
  return (files ?? []).filter((file) => file.endsWith('.ndjson'));
}

async function spansIn(path: string, traceId: string): Promise<SpanRecord[]> {
  const file = await unlessMissing(() => open(path));
  if (!file) return [];
  const spans: SpanRecord[] = [];
  for await (const line of file.readLines()) {
    const span = line.includes(traceId) ? spanOf(line) : undefined;
    if (span?.traceId === traceId) spans.push(span);
  }
  return spans;
}

// The last line of a process that was killed may be cut off.
function spanOf(line: string): SpanRecord | undefined {
  try {
    return SpanRecord.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (typeof error === 'object' && error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
