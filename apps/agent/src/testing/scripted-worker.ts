import {
  ExecuteResult,
  RunOutcome,
  type WorkerServiceDefinition,
  type ExecuteRequest,
  type ExecuteResponse,
} from '@weir/contracts/agent';
import type { Client } from '@weir/client';
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import type { WorkerProcess } from '../workers/worker-pool.ts';

/** What a scripted worker does with a run; the default copies the first input to each output. */
export type Script = (request: ExecuteRequest, signal: AbortSignal) => AsyncIterable<ExecuteResponse>;

/** A worker without a process, that does what its script says. */
export function scriptedWorker(name: string, script: Script = copy): WorkerProcess & { kill(): void } {
  const ended = Promise.withResolvers<void>();
  let isAlive = true;
  const kill = (): void => {
    isAlive = false;
    ended.resolve();
  };
  const never = new AbortController().signal;
  const client: Pick<Client<typeof WorkerServiceDefinition>, 'execute'> = {
    execute: (request, options) => script(request as ExecuteRequest, options?.signal ?? never),
  };
  return {
    name,
    pid: undefined,
    client: client as Client<typeof WorkerServiceDefinition>,
    ended: ended.promise,
    isAlive: () => isAlive,
    kill,
    async [Symbol.asyncDispose]() {
      kill();
    },
  };
}

/** Copies the first input to each output, and says so. */
export async function* copy(request: ExecuteRequest): AsyncGenerator<ExecuteResponse> {
  const [input] = Object.values(request.inputs);
  const path = input?.place?.value ?? '';
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const outputs = [];
  for (const [output, location] of Object.entries(request.outputs)) {
    await copyFile(path, location.place?.value ?? '');
    outputs.push({ output, columns: [], rowCount: 3n, sizeBytes: BigInt(bytes.length), sha256 });
  }
  const value = ExecuteResult.fromPartial({ outcome: RunOutcome.SUCCEEDED, rowsIn: 3n, rowsOut: 3n, outputs });
  yield { update: { $case: 'result', value } };
}
