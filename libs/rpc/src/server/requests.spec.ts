import type { DeepPartial } from '@weir/contracts';
import type { ConsumeEventsResponse, UploadDatasetRequest } from '@weir/contracts/agent';
import { setTimeout as sleep } from 'node:timers/promises';
import { collect, startServices, until } from '../testing/start-services.ts';

const event = (offset: bigint): ConsumeEventsResponse => ({
  offset,
  event: undefined,
  publishedAt: undefined,
  redelivered: false,
});

async function* uploads(...messages: DeepPartial<UploadDatasetRequest>[]) {
  for (const message of messages) {
    yield message;
    await sleep(1);
  }
}

async function* acknowledgements(count: number) {
  yield { parent: 'tenants/acme/topics/flights' };
  for (let offset = 1; offset < count; offset += 1) {
    yield { message: { $case: 'acknowledgedOffset' as const, value: BigInt(offset) } };
    await sleep(1);
  }
}

describe('a client stream', () => {
  it('gives the handler every request, the first one included', async () => {
    const seen: string[] = [];
    await using server = await startServices({
      datasets: {
        async uploadDataset(requests) {
          for await (const { parent, payload } of requests) seen.push(`${parent} ${payload?.$case ?? ''}`);
          return { dataset: undefined };
        },
      },
    });
    const value = Buffer.from('x');

    await server.datasets.uploadDataset(uploads({ parent: 'tenants/acme' }, { payload: { $case: 'chunk', value } }));

    expect(seen).toEqual(['tenants/acme ', ' chunk']);
  });

  it('is authorised by its first request', async () => {
    await using server = await startServices({ datasets: { uploadDataset: async () => ({ dataset: undefined }) } });

    await expect(server.datasets.uploadDataset(uploads({ parent: 'tenants/other' }))).rejects.toMatchObject({
      reason: 'FOREIGN_TENANT',
    });
    await expect(server.datasets.uploadDataset(uploads())).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it('may be answered before it has ended', async () => {
    await using server = await startServices({
      datasets: {
        async uploadDataset(requests) {
          for await (const request of requests) {
            expect(request.parent).toBe('tenants/acme');
            break;
          }
          return { dataset: undefined };
        },
      },
    });
    const requests = Array.from({ length: 50 }, () => ({ parent: 'tenants/acme' }));

    await expect(server.datasets.uploadDataset(uploads(...requests))).resolves.toEqual({ dataset: undefined });
  });

  it('that the caller cancels is CANCELLED, not a failure of ours', async () => {
    const controller = new AbortController();
    await using server = await startServices({
      datasets: {
        async uploadDataset(requests) {
          for await (const { parent } of requests) if (parent !== '') controller.abort();
          return { dataset: undefined };
        },
      },
    });
    async function* endless() {
      yield { parent: 'tenants/acme' };
      await new Promise(() => undefined);
    }

    const upload = server.datasets.uploadDataset(endless(), { signal: controller.signal });

    await expect(upload).rejects.toMatchObject({ reason: 'CANCELLED' });
    await until(() => server.codes().length > 0);
    expect(server.codes()).toEqual(['CANCELLED']);
    expect(server.failures()).toEqual([]);
  });

  it('takes requests no faster than the handler does', async () => {
    let sent = 0;
    const over = Promise.withResolvers<void>();
    await using server = await startServices({
      datasets: {
        async uploadDataset(requests) {
          for await (const { parent } of requests) if (parent !== '') await over.promise;
          return { dataset: undefined };
        },
      },
    });
    async function* chunks() {
      yield { parent: 'tenants/acme' };
      for (; sent < 1_000; sent += 1) {
        yield { payload: { $case: 'chunk' as const, value: Buffer.alloc(16_384) } };
        await Promise.resolve();
      }
    }

    const upload = server.datasets.uploadDataset(chunks());
    await sleep(300);
    const before = sent;
    over.resolve();
    await upload;

    expect(before).toBeLessThan(400);
    expect(sent).toBe(1_000);
  });
});

describe('a stream both ways', () => {
  it('answers while requests still come', async () => {
    await using server = await startServices({
      streaming: {
        async *consumeEvents(requests) {
          for await (const { message } of requests)
            yield event(message?.$case === 'acknowledgedOffset' ? message.value : 0n);
        },
      },
    });

    const events = await collect(server.streaming.consumeEvents(acknowledgements(4)));

    expect(events.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n]);
  });

  it('may answer after the last request, and after it has stopped to read', async () => {
    await using server = await startServices({
      streaming: {
        async *consumeEvents(requests) {
          let read = 0n;
          for await (const { parent } of requests) {
            read += parent === '' ? 1n : 100n;
            if (read === 102n) break;
          }
          yield event(read);
          await sleep(5);
          yield event(read);
        },
      },
    });

    const toTheEnd = await collect(server.streaming.consumeEvents(acknowledgements(2)));
    const partly = await collect(server.streaming.consumeEvents(acknowledgements(20)));

    expect(toTheEnd.map(({ offset }) => offset)).toEqual([101n, 101n]);
    expect(partly.map(({ offset }) => offset)).toEqual([102n, 102n]);
  });
});
