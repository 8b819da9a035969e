import type { ServerDuplexStream } from '@grpc/grpc-js';
import {
  StreamingServiceDefinition,
  type ConsumeEventsRequest,
  type ConsumeEventsResponse,
} from '@weir/contracts/agent';
import { setTimeout as sleep } from 'node:timers/promises';
import { first } from '../testing/iterate.ts';
import { startRaw } from '../testing/raw-server.ts';

type Consume = ServerDuplexStream<ConsumeEventsRequest, ConsumeEventsResponse>;

const consumers = (consumeEvents: (call: Consume) => void) => startRaw(StreamingServiceDefinition, { consumeEvents });

describe('a stream both ways', () => {
  it('answers while requests still come', async () => {
    await using server = await consumers((call) => {
      call.on('data', ({ message }: ConsumeEventsRequest) => {
        const offset = message?.$case === 'acknowledgedOffset' ? message.value : -1n;
        call.write({ offset, event: undefined, publishedAt: undefined, redelivered: false });
      });
      call.on('end', () => call.end());
    });
    const requests = Promise.withResolvers<void>();
    async function* acknowledge() {
      yield { message: { $case: 'acknowledgedOffset' as const, value: 1n } };
      await requests.promise;
      yield { message: { $case: 'acknowledgedOffset' as const, value: 2n } };
    }

    const offsets: bigint[] = [];
    for await (const { offset } of server.client.consumeEvents(acknowledge())) {
      offsets.push(offset);
      requests.resolve();
    }

    expect(offsets).toEqual([1n, 2n]);
  });

  it('fails as its requests fail', async () => {
    await using server = await consumers((call) => call.resume());
    async function* broken(): AsyncGenerator<{ parent: string }> {
      yield { parent: 'x' };
      throw new Error('no more');
    }

    await expect(first(server.client.consumeEvents(broken()))).rejects.toThrow('no more');
  });

  it('stops taking requests when the loop over the responses is left', async () => {
    const closed = Promise.withResolvers<void>();
    async function* endless() {
      try {
        for (;;) {
          yield { message: { $case: 'acknowledgedOffset' as const, value: 1n } };
          await sleep(5);
        }
      } finally {
        closed.resolve();
      }
    }
    await using server = await consumers((call) => {
      call.once('data', () => call.write({ offset: 1n, event: undefined, publishedAt: undefined, redelivered: false }));
    });

    await first(server.client.consumeEvents(endless()));

    await closed.promise;
  });
});
