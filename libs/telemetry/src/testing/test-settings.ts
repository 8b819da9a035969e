import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@weir/config';
import { z } from 'zod';
import { telemetrySettings, type TelemetrySettings } from '../settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-telemetry-'));

/** Removes what processes with these settings have left. */
export const removeState = (): void => rmSync(folder, { recursive: true, force: true });

/** Settings of a process with a state folder of its own, any free port and every trace recorded. */
export function testSettings(env: Record<string, string> = {}): TelemetrySettings {
  return loadConfig(z.object(telemetrySettings), {
    OPS_LISTEN: '127.0.0.1:0',
    TRACE_SAMPLE_RATIO: '1',
    WEIR_STATE_DIR: mkdtempSync(join(folder, 'state-')),
    ...env,
  }).settings;
}
