import { setTimeout as wait } from 'node:timers/promises';
import type { ExecuteRequest } from '@weir/contracts/agent';
import type { DeepPartial } from '@weir/contracts';
import type { Logger } from 'pino';
import { evaluate, type Sample, type Thresholds } from '../domain/evaluate.ts';
import type { Check } from '../domain/lane.ts';
import type { Probed } from '../workers/probe.ts';
import type { WorkerClients } from '../workers/worker-clients.ts';
import { makeSmokeRun } from '../workers/smoke-run.ts';

/** One colour under measurement. */
export interface MeasuredColour {
  /** The addresses of its ready replicas as of now. */
  addresses(): readonly string[];
  /** The smoke run to make; asked for anew now and then, since its input's location expires. */
  request(): Promise<DeepPartial<ExecuteRequest>>;
}

/** What a validation works with. */
export interface ValidationParts {
  readonly clients: WorkerClients;
  readonly thresholds: Thresholds;
  readonly windowMs: number;
  readonly fresh: MeasuredColour;
  readonly old: MeasuredColour | undefined;
  readonly probe: () => Promise<Probed>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

const PROBE_EVERY_MS = 500;
const RETRY_MS = 50;

/** Measures the new colour for the window, and the old one by the same runs in turn. */
export async function validate(parts: ValidationParts): Promise<readonly Check[]> {
  const { thresholds, windowMs, fresh, old, signal, log } = parts;
  const until = Date.now() + windowMs;
  const samples: { fresh: Sample[]; old: Sample[] } = { fresh: [], old: [] };
  const probing = probeUntil(parts, until);
  const smoke = async (): Promise<void> => {
    for (let run = 0; run < thresholds.smokeRuns && Date.now() < until && !signal.aborted; run += 1) {
      // In turn on the same machine: neither is measured while the other works.
      await sampleInto(samples.fresh, fresh, until, parts);
      if (old) await sampleInto(samples.old, old, until, parts);
    }
  };
  await smoke().catch((error: unknown) => log.warn({ err: error }, 'smoke runs could not be made'));
  const probes = await probing;
  signal.throwIfAborted();
  const measured = { ready: fresh.addresses().length, probes, fresh: samples.fresh, old: old && samples.old };
  return evaluate(measured, thresholds, Date.now());
}

async function sampleInto(into: Sample[], colour: MeasuredColour, until: number, parts: ValidationParts) {
  const { clients, signal } = parts;
  const request = await colour.request();
  for (let attempt = into.length; Date.now() < until && !signal.aborted; attempt += 1) {
    const addresses = colour.addresses();
    const address = addresses[attempt % Math.max(1, addresses.length)];
    const sample = address === undefined ? undefined : await makeSmokeRun(clients.at(address), request, signal);
    if (sample) return void into.push(sample);
    await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function probeUntil({ probe, thresholds, signal }: ValidationParts, until: number) {
  const probes = { made: 0, succeeded: 0 };
  do {
    const { ready } = await probe();
    probes.made += 1;
    if (ready.length >= thresholds.minReady) probes.succeeded += 1;
    const left = Math.max(0, Math.min(PROBE_EVERY_MS, until - Date.now()));
    await wait(left, undefined, { signal }).catch(() => undefined);
  } while (Date.now() < until && !signal.aborted);
  return probes;
}
