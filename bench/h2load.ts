import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
}

const CONNECTIONS = 8;
const IN_FLIGHT = 16;

/** Calls per second that a server answers to h2load (nghttp2), a C client that costs less than any server under test. */
export async function h2load({ port, path, message, headers, calls }: Load): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-h2load-'));
  try {
    const body = join(folder, 'request');
    await writeFile(body, frame(message));
    const all = { 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': '30S', ...headers };
    const { stdout } = await exec('h2load', [
      ...['-n', String(calls), '-c', String(CONNECTIONS), '-m', String(IN_FLIGHT), '-d', body],
      ...Object.entries(all).flatMap(([key, value]) => ['-H', `${key}: ${value}`]),
      `http://127.0.0.1:${port}${path}`,
    ]);
    return rateIn(stdout, calls);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error(MISSING);
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const MISSING =
  'h2load is not installed; it comes with nghttp2: apt-get install nghttp2-client, or brew install nghttp2';

function rateIn(output: string, calls: number): number {
  const rate = /finished in .*?, ([\d.]+) req\/s/.exec(output)?.[1];
  const succeeded = /(\d+) succeeded/.exec(output)?.[1];
  if (rate === undefined || Number(succeeded) !== calls) throw new Error(`not every call was answered:\n${output}`);
  return Number(rate);
}

/** A gRPC message: not compressed, its length in four bytes, itself. */
function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
