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
const WARM_UP_MS = 60_000;

/**
 * Measures the new colour for the window, and the old one by the same runs at the same time, so that whatever else the
 * machines do disturbs both. Before the window each makes a run that does not count: what a worker sets up for its
 * first run says nothing about the version.
 */
export async function validate(parts: ValidationParts): Promise<readonly Check[]> {
  const { thresholds, windowMs, fresh, old, signal, log } = parts;
  const colours = [
    { colour: fresh, samples: [] as Sample[] },
    ...(old ? [{ colour: old, samples: [] as Sample[] }] : []),
  ];
  const untold = (error: unknown): void => log.warn({ err: error }, 'smoke runs could not be made');
  const round = async (until: number, into: (samples: Sample[]) => Sample[]): Promise<void> => {
    await Promise.all(colours.map(({ colour, samples }) => sampleInto(into(samples), colour, until, parts)));
  };
  if (thresholds.smokeRuns > 0) await round(Date.now() + WARM_UP_MS, () => []).catch(untold);

  const until = Date.now() + windowMs;
  const probing = probeUntil(parts, until);
  const smoke = async (): Promise<void> => {
    for (let run = 0; run < thresholds.smokeRuns && Date.now() < until && !signal.aborted; run += 1) {
      await round(until, (samples) => samples);
    }
  };
  await smoke().catch(untold);
  const probes = await probing;
  signal.throwIfAborted();
  const [ofFresh, ofOld] = colours.map(({ samples }) => samples);
  const measured = { ready: fresh.addresses().length, probes, fresh: ofFresh ?? [], old: ofOld };
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
