import type { Client } from '@weir/client';
import {
  AnonymizationOptions,
  StreamAnonymizeRecordsRequest,
  type AnonymizationSummary,
  type PrivacyServiceDefinition,
} from '@weir/contracts/security';
import type { AnonymizeOrder, Anonymizer, JsonRow } from './anonymizer.ts';

/** How many batches security may hold that it has not answered: what bounds the memory of both sides. */
const IN_FLIGHT = 4;

/** Anonymises through the security service. */
export const securityAnonymizer = (client: Client<typeof PrivacyServiceDefinition>): Anonymizer => ({
  async *anonymize(order, batches, signal) {
    const flight = window(IN_FLIGHT);
    let summary: AnonymizationSummary | undefined;
    let answered = 0n;
    for await (const { part } of client.streamAnonymizeRecords(requests(order, batches, flight), { signal })) {
      if (part?.$case === 'summary') summary = part.value;
      if (part?.$case !== 'batch') continue;
      answered += 1n;
      if (part.value.sequence !== answered) throw new Error(`batch ${part.value.sequence} came as batch ${answered}`);
      flight.leave();
      yield part.value.records?.records ?? [];
    }
    // Without the totals the stream was cut: nothing tells that all rows came back.
    if (!summary || flight.entered() !== Number(answered)) throw new Error('anonymisation ended before its last batch');
    return summary;
  },
});

async function* requests(
  { tenant, rules, detect }: AnonymizeOrder,
  batches: AsyncIterable<readonly JsonRow[]>,
  flight: Window,
): AsyncGenerator<StreamAnonymizeRecordsRequest> {
  const options = AnonymizationOptions.fromPartial({ neverWeaker: true, detectPii: detect });
  yield StreamAnonymizeRecordsRequest.fromPartial({ tenant, options: { ...options, rules: [...rules] } });
  let sequence = 0n;
  for await (const batch of batches) {
    await flight.enter();
    sequence += 1n;
    yield StreamAnonymizeRecordsRequest.fromPartial({ sequence, records: { records: [...batch] } });
  }
}

interface Window {
  enter(): Promise<void>;
  leave(): void;
  entered(): number;
}

/** Lets so many in at a time. */
function window(size: number): Window {
  const state = { inside: 0, entered: 0 };
  let wake: (() => void) | undefined;
  return {
    async enter() {
      while (state.inside >= size) await new Promise<void>((resolve) => (wake = resolve));
      state.inside += 1;
      state.entered += 1;
    },
    leave() {
      state.inside -= 1;
      wake?.();
    },
    entered: () => state.entered,
  };
}
