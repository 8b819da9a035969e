import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../duck/open-database.ts';
import { execute } from '../pipeline/index.ts';
import type { RunState } from '../pipeline/run-state.ts';
import type { StepOutcome } from '../pipeline/step-outcome.ts';
import type { EngineStep } from '../plan/plan.ts';
import type { Pulse, RunSetup } from './protocol.ts';

/** A run with its database. */
export interface OpenRun {
  step(plan: EngineStep): Promise<StepOutcome>;
  close(): void;
}

const PULSE_MS = 50;

/** Opens a run; from then on tells how it fares. */
export async function openRun(setup: RunSetup, tell: (pulse: Pulse) => void): Promise<OpenRun> {
  const idleBytes = process.memoryUsage.rss();
  const idleCpu = process.cpuUsage();
  const { connection, close } = await openDatabase(setup.bounds);
  const state: RunState = { ...setup, connection, tables: new Map(), scratch: setup.bounds.scratch };

  const pulse = (rowsAtWork: number): void => {
    const { user, system } = process.cpuUsage(idleCpu);
    tell({
      memoryBytes: Math.max(0, process.memoryUsage.rss() - idleBytes),
      cpuMs: (user + system) / 1000,
      writtenBytes: sizeOf([...setup.outputs, ...filesIn(setup.bounds.scratch), ...filesIn(setup.bounds.spillDir)]),
      rowsAtWork,
    });
  };
  const timer = setInterval(() => pulse(Number(connection.progress.rows_processed)), PULSE_MS);
  return {
    async step(plan) {
      try {
        return await execute(state, plan);
      } finally {
        pulse(0);
      }
    },
    close() {
      clearInterval(timer);
      close();
      pulse(0);
    },
  };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

// A file that is not there yet, or not any more, takes no room.
const sizeOf = (files: readonly string[]): number =>
  files.reduce((sum, file) => {
    const entry = statSync(file, { throwIfNoEntry: false });
    return sum + (entry?.isFile() === true ? entry.size : 0);
  }, 0);
