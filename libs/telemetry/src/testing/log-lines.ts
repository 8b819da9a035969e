import type { DestinationStream } from 'pino';

/** Keeps log lines instead of printing them. */
export function logLines(): DestinationStream & { lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  return {
    write: (line) => void written.push(line),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
