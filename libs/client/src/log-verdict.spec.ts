import { VerifyLogResponse } from '@weir/contracts/audit';
import { logVerdict } from './log-verdict.ts';

const progress = (checked: bigint) => VerifyLogResponse.fromPartial({ checkedEventCount: checked, treeSize: 10n });
const verdict = VerifyLogResponse.fromPartial({
  verdict: { $case: 'consistent', value: {} },
  checkedEventCount: 10n,
  treeSize: 10n,
});

async function* streamOf(...messages: VerifyLogResponse[]): AsyncGenerator<VerifyLogResponse> {
  yield* messages;
}

describe('the verdict on a log', () => {
  it('is the last message, after those that say how far it is', async () => {
    const seen: bigint[] = [];
    const messages = streamOf(progress(0n), progress(4n), verdict);
    const found = await logVerdict(messages, ({ checkedEventCount }) => seen.push(checkedEventCount));
    expect(found).toEqual(verdict);
    expect(seen).toEqual([0n, 4n]);
  });

  it('is missing from a stream that ends early, which is no consistent log', async () => {
    await expect(logVerdict(streamOf(progress(0n), progress(4n)))).rejects.toThrow('ended without a verdict');
  });

  it('is not there until the call has ended well', async () => {
    async function* failing(): AsyncGenerator<VerifyLogResponse> {
      yield verdict;
      throw new Error('the event of the call was not recorded');
    }
    await expect(logVerdict(failing())).rejects.toThrow('not recorded');
  });
});
