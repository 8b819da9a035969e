import type { RunLimits } from '@weir/contracts/agent';
import type { Tenant } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { durationOf, millisOf } from './durations.ts';

/** What a run may use, as plain numbers. */
export interface LimitValues {
  readonly durationMs: number;
  readonly memoryBytes: bigint;
  readonly rows: bigint;
  readonly files: number;
  readonly outputBytes: bigint;
}

/** The names of custom limits by which a tenant gets more or less than the default. */
const CUSTOM = {
  durationMs: 'run-duration-ms',
  memoryBytes: 'run-memory-bytes',
  rows: 'run-rows',
  files: 'run-files',
  outputBytes: 'run-output-bytes',
} as const;

/** The limits of a run: what it asks for within what its tenant is allowed. Throws LIMIT_TOO_HIGH. */
export function limitsOf(asked: RunLimits | undefined, tenant: Tenant, defaults: LimitValues): RunLimits {
  const custom = tenant.limits?.customLimits ?? {};
  const allowed = (key: keyof LimitValues): bigint => custom[CUSTOM[key]] ?? BigInt(defaults[key]);
  const choose = (name: string, wanted: bigint, key: keyof LimitValues): bigint => {
    const most = allowed(key);
    if (wanted > most) throw reason('LIMIT_TOO_HIGH', { limit: name, asked: wanted, allowed: most });
    return wanted === 0n ? most : wanted;
  };
  const durationMs = BigInt(Math.ceil(millisOf(asked?.maxDuration)));
  return {
    maxDuration: durationOf(Number(choose('max_duration in ms', durationMs, 'durationMs'))),
    maxMemoryBytes: choose('max_memory_bytes', asked?.maxMemoryBytes ?? 0n, 'memoryBytes'),
    maxRows: choose('max_rows', asked?.maxRows ?? 0n, 'rows'),
    maxFiles: Number(choose('max_files', BigInt(asked?.maxFiles ?? 0), 'files')),
    maxOutputBytes: choose('max_output_bytes', asked?.maxOutputBytes ?? 0n, 'outputBytes'),
  };
}
