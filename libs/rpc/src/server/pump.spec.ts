import { DatasetServiceDefinition, type DownloadDatasetResponse } from '@weir/contracts/agent';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Call } from '../call.ts';
import { pump } from './pump.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const call = (signal: AbortSignal) =>
  ({ signal, types: DatasetServiceDefinition.methods.downloadDataset }) as Partial<Call> as Call;

const sink = { write: () => true, once: () => undefined };

describe('pump', () => {
  it('keeps nothing of what it has sent, however long the stream goes on', async () => {
    const controller = new AbortController();
    const sent: WeakRef<DownloadDatasetResponse>[] = [];
    async function* endless() {
      for (let count = 0; count < 500; count += 1) {
        const message: DownloadDatasetResponse = { payload: { $case: 'chunk', value: Buffer.alloc(10) } };
        sent.push(new WeakRef(message));
        yield message;
      }
      await new Promise(() => undefined);
    }

    const pumping = pump(endless(), sink, call(controller.signal));
    while (sent.length < 500) await new Promise(setImmediate);
    await new Promise(setImmediate);
    collectGarbage();

    expect(sent.filter((message) => message.deref() !== undefined).length).toBeLessThan(10);
    controller.abort(new Error('over'));
    await expect(pumping).rejects.toThrow('over');
  });

  it('sends nothing when the call is over before it begins', async () => {
    const write = jest.fn(() => true);
    async function* one() {
      yield { payload: undefined };
    }

    await expect(pump(one(), { ...sink, write }, call(AbortSignal.abort(new Error('over'))))).rejects.toThrow('over');
    expect(write).not.toHaveBeenCalled();
  });
});
