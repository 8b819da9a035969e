import { join } from 'node:path';

/** The folder in which the processes that share a state folder keep their spans. */
export const tracesDir = (stateDir: string): string => join(stateDir, 'traces');

/** The file that a service writes its spans to, and the one that it became when it was full. */
export interface TraceFiles {
  readonly current: string;
  readonly full: string;
}

/** The files of one service. */
export const traceFiles = (stateDir: string, service: string): TraceFiles => ({
  current: join(tracesDir(stateDir), `${service}.ndjson`),
  full: join(tracesDir(stateDir), `${service}.old.ndjson`),
});
