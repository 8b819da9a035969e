import type { ServerWritableStream } from '@grpc/grpc-js';
import {
  DatasetServiceDefinition,
  type DownloadDatasetRequest,
  type DownloadDatasetResponse,
} from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { first, forEach } from '../testing/iterate.ts';
import { startRaw, statusOf } from '../testing/raw-server.ts';

type Download = ServerWritableStream<DownloadDatasetRequest, DownloadDatasetResponse>;

const chunk = (size = 8): DownloadDatasetResponse => ({ payload: { $case: 'chunk', value: Buffer.alloc(size) } });

const downloads = (downloadDataset: (call: Download) => void) =>
  startRaw(DatasetServiceDefinition, { downloadDataset });

describe('a server stream', () => {
  it('yields every message, in order, and ends', async () => {
    await using server = await downloads((call) => {
      for (let size = 0; size < 3; size += 1) call.write(chunk(size));
      call.end();
    });

    const sizes: (number | undefined)[] = [];
    await forEach(server.client.downloadDataset({ name: 'x' }), ({ payload }) =>
      sizes.push(payload?.$case === 'chunk' ? payload.value.length : undefined),
    );

    expect(sizes).toEqual([0, 1, 2]);
  });

  it('throws the remote reason after the messages before it', async () => {
    await using server = await downloads((call) => {
      call.write(chunk());
      call.emit('error', statusOf(reason('ETAG_MISMATCH', { name: 'x', etag: 'y' })));
    });
    let received = 0;

    const read = forEach(server.client.downloadDataset({ name: 'x' }), () => (received += 1));

    await expect(read).rejects.toMatchObject({ reason: 'ETAG_MISMATCH', metadata: { name: 'x', etag: 'y' } });
    expect(received).toBe(1);
  });

  it('is cancelled at the server when the loop is left', async () => {
    const cancelled = Promise.withResolvers<void>();
    await using server = await downloads((call) => {
      call.on('cancelled', () => cancelled.resolve());
      call.write(chunk());
    });

    await first(server.client.downloadDataset({ name: 'x' }));

    await cancelled.promise;
  });

  it('is not begun until somebody listens', async () => {
    const begun = jest.fn();
    await using server = await downloads((call) => {
      begun();
      call.end();
    });

    server.client.downloadDataset({ name: 'x' });
    await sleep(50);

    expect(begun).not.toHaveBeenCalled();
  });

  it('ends with CANCELLED when its signal aborts', async () => {
    const controller = new AbortController();
    await using server = await downloads((call) => call.write(chunk()));

    const read = forEach(server.client.downloadDataset({ name: 'x' }, { signal: controller.signal }), () =>
      controller.abort(),
    );

    await expect(read).rejects.toMatchObject({ reason: 'CANCELLED' });
  });

  it('holds the server back while the reader is slow', async () => {
    let written = 0;
    const fillUp = (call: Download): void => {
      while (written < 2_000 && call.write(chunk(16_384))) written += 1;
    };
    await using server = await downloads((call) => {
      call.on('drain', () => fillUp(call));
      fillUp(call);
    });

    await first(server.client.downloadDataset({ name: 'x' }), 300);

    expect(written).toBeLessThan(500);
  });
});
