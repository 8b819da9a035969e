import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A unary gRPC call to repeat. */
export interface Load {
  readonly port: number;
  /** "/weir.registry.v1.TenantService/GetTenant" */
  readonly path: string;
  /** The serialized request. */
  readonly message: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly calls: number;
  /** 8 unless given; a load with a rate has as many as it takes. */
  readonly connections?: number;
  /** Calls at the same time on each connection; 16 unless given. */
  readonly inFlight?: number;
  /** Calls that begin each second, evenly, whether those before have been answered or not; unset: as many as are answered. */
  readonly perSecond?: number;
}

/** What a load came to. */
export interface LoadResult {
  readonly callsPerSecond: number;
  /** How long each call took, in milliseconds, ascending. */
  readonly times: readonly number[];
}

/** Calls per second that a server answers to h2load (nghttp2), a C client that costs less than any server under test. */
export const h2load = async (load: Load): Promise<number> => (await h2loadTimes(load)).callsPerSecond;

/** The same with the time that each call took. */
export async function h2loadTimes(load: Load): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-h2load-'));
  try {
    const [body, log] = [join(folder, 'request'), join(folder, 'times')];
    await writeFile(body, frame(load.message));
    const { stdout } = await exec('h2load', [...optionsOf(load), '-d', body, `--log-file=${log}`, urlOf(load)]);
    return { callsPerSecond: rateIn(stdout, load.calls), times: timesIn(await readFile(log, 'utf8')) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error(MISSING);
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const MISSING =
  'h2load is not installed; it comes with nghttp2: apt-get install nghttp2-client, or brew install nghttp2';

const urlOf = ({ port, path }: Load): string => `http://127.0.0.1:${port}${path}`;

function optionsOf({ calls, headers, connections = 8, inFlight = 16, perSecond }: Load): string[] {
  const all = { 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': '30S', ...headers };
  return [
    ...['-n', String(calls), '-m', String(inFlight)],
    ...(perSecond === undefined ? ['-c', String(connections)] : pacedBy(perSecond)),
    ...Object.entries(all).flatMap(([key, value]) => ['-H', `${key}: ${value}`]),
  ];
}

// Each connection of h2load begins its calls by a timer of its own, at most every 10 ms.
const PER_CONNECTION = 50;

/**
 * Connections that are opened one after another, as far apart as the calls are to be: opened together they would also
 * call together, a burst and then a pause, and what is measured would be how long a burst takes.
 */
function pacedBy(perSecond: number): string[] {
  const [connections, apartMs] = [perSecond / PER_CONNECTION, 1_000 / perSecond];
  if (!Number.isInteger(connections) || !Number.isInteger(apartMs)) {
    throw new RangeError(`${perSecond} calls a second are not a whole number of connections, whole milliseconds apart`);
  }
  return ['-c', String(connections), `--rps=${PER_CONNECTION}`, '-r', '1', `--rate-period=${apartMs}ms`];
}

function rateIn(output: string, calls: number): number {
  const rate = /finished in .*?, ([\d.]+) req\/s/.exec(output)?.[1];
  const succeeded = /(\d+) succeeded/.exec(output)?.[1];
  if (rate === undefined || Number(succeeded) !== calls) throw new Error(`not every call was answered:\n${output}`);
  return Number(rate);
}

/** The third column is the time until the end of the response, in microseconds. */
const timesIn = (log: string): number[] =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split('\t')[2]) / 1_000)
    .sort((a, b) => a - b);

/** A gRPC message: not compressed, its length in four bytes, itself. */
export function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
