import { Event, LoggedEvent, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import type { ProvenEvent } from '@weir/merkle';
import { messageToJson } from '../proto-json.ts';
import { saysTheSame } from './readable-copy.ts';

const event = Event.fromPartial({
  id: '0b7f1c1e-8a59-4a3e-9f0e-2f8a5d0c7b11',
  time: new Date('2026-11-26T04:14:57.464Z'),
  tenant: 'tenants/acme',
  principal: 'tenants/acme/principals/etl',
  type: 'upload_dataset',
  sensitivity: Sensitivity.HIGH,
  outcome: Outcome.SUCCEEDED,
  duration: { seconds: 1n, nanos: 30_516_665 },
  details: { rows: 3, note: 'Grüße\u2028 \u{1F9E0}', nested: { list: [1, null, true] } },
  sealedDetails: [{ subject: 's-1', key: 'tenants/acme/keys/default', ciphertext: Buffer.from([1, 2, 3]) }],
});
const proven = { event: Event.encode(event).finish(), index: 7n } as ProvenEvent;
const logged = LoggedEvent.fromPartial({ name: `tenants/acme/events/${event.id}`, index: 7n, event });
const readable = () =>
  messageToJson('weir.audit.v1.LoggedEvent', LoggedEvent, logged) as { event: Record<string, unknown> };

describe('the readable form of a proven event', () => {
  it('says the same when nobody edited it, in whatever order', () => {
    expect(saysTheSame(readable(), proven)).toBe(true);
    const reversed = Object.fromEntries(Object.entries(readable().event).toReversed());
    expect(saysTheSame({ ...readable(), event: reversed }, proven)).toBe(true);
  });

  it.each([
    ['type', 'download_dataset'],
    ['principal', 'tenants/acme/principals/mallory'],
    ['time', '2026-11-26T04:14:57.465Z'],
    ['outcome', 'OUTCOME_FAILED'],
    ['duration', '1.030516666s'],
    ['details', { rows: 4 }],
    ['sealedDetails', []],
    ['errorReason', 'ADDED'],
    ['unheardOf', 'ADDED'],
    ['time', 'never'],
  ])('does not once its %s is %j', (field, value) => {
    expect(saysTheSame({ ...readable(), event: { ...readable().event, [field]: value } }, proven)).toBe(false);
  });

  it('does not once it is at another index, of another name or without its event', () => {
    expect(saysTheSame({ ...readable(), index: '8' }, proven)).toBe(false);
    expect(saysTheSame({ ...readable(), name: 'tenants/acme/events/other' }, proven)).toBe(false);
    expect(saysTheSame({ name: logged.name, index: '7' }, proven)).toBe(false);
  });
});
