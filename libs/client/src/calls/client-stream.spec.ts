import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import { DatasetServiceDefinition, type UploadDatasetRequest, type UploadDatasetResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRaw, statusOf } from '../testing/raw-server.ts';

type Upload = ServerReadableStream<UploadDatasetRequest, UploadDatasetResponse>;

const uploads = (uploadDataset: (call: Upload, answer: sendUnaryData<UploadDatasetResponse>) => void) =>
  startRaw(DatasetServiceDefinition, { uploadDataset });

async function* chunks(count: number, size: number, onSent: (sent: number) => void = () => undefined) {
  for (let sent = 0; sent < count; sent += 1) {
    onSent(sent);
    yield { payload: { $case: 'chunk' as const, value: Buffer.alloc(size) } };
    // As a file is read: never all at once.
    await Promise.resolve();
  }
}

describe('a client stream', () => {
  it('sends every request and resolves with the response', async () => {
    await using server = await uploads((call, answer) => {
      let bytes = 0n;
      call.on('data', ({ payload }: UploadDatasetRequest) => {
        if (payload?.$case === 'chunk') bytes += BigInt(payload.value.length);
      });
      call.on('end', () => answer(null, { dataset: { sizeBytes: bytes } } as UploadDatasetResponse));
    });

    const { dataset } = await server.client.uploadDataset(chunks(100, 1000));

    expect(dataset?.sizeBytes).toBe(100_000n);
  });

  it('takes requests no faster than the server does', async () => {
    let sent = 0;
    const asked = Promise.withResolvers<void>();
    await using server = await uploads((call) => {
      call.pause();
      asked.resolve();
    });

    const upload = server.client.uploadDataset(
      chunks(4_000, 16_384, (count) => (sent = count)),
      { timeoutMs: 500 },
    );
    await asked.promise;

    await expect(upload).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(sent).toBeLessThan(1_000);
  });

  it('stops sending when the server has answered', async () => {
    const closed = Promise.withResolvers<void>();
    async function* endless() {
      try {
        for (;;) {
          yield { parent: 'tenants/acme' };
          await sleep(5);
        }
      } finally {
        closed.resolve();
      }
    }
    await using server = await uploads((_, answer) => answer(statusOf(reason('TOKEN_MISSING'))));

    await expect(server.client.uploadDataset(endless())).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });
    await closed.promise;
  });

  it('fails as its requests fail, and cancels the call', async () => {
    const arrived = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    async function* broken() {
      yield { parent: 'tenants/acme' };
      await arrived.promise;
      throw new Error('the disk is gone');
    }
    await using server = await uploads((call) => {
      call.on('cancelled', () => cancelled.resolve()).resume();
      arrived.resolve();
    });

    await expect(server.client.uploadDataset(broken())).rejects.toThrow('the disk is gone');
    await cancelled.promise;
  });
});
