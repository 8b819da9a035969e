import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { Log } from '../logs/start-log.ts';

const QUIET_MS = 60_000;

/** Writes faults of tracing itself to the log, one a minute at most: a dead collector fails twice a second. */
export function reportFaults(log: Log, now: () => number = Date.now): void {
  let quietUntil = 0;
  let unsaid = 0;
  const report = (fault: unknown): void => {
    if (now() < quietUntil) {
      unsaid += 1;
      return;
    }
    log.warn({ fault: firstLine(fault), more_since: unsaid }, 'spans are lost');
    quietUntil = now() + QUIET_MS;
    unsaid = 0;
  };
  const ignore = (): void => undefined;
  setGlobalErrorHandler(report);
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

const firstLine = (fault: unknown): string | undefined => String(fault).split('\n', 1)[0];
