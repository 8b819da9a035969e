import { LoggedEvent } from '@weir/contracts/audit';
import { sampleEvent } from '../testing/sample-event.ts';
import { exportLine } from './export-line.ts';

describe('a line of an export', () => {
  it.each([
    [0n, 30_516_665, '0.030516665s'],
    [2n, 500_000_000, '2.500s'],
    [90n, 0, '90s'],
    [0n, 1_000, '0.000001s'],
    [-1n, -250_000_000, '-1.250s'],
  ])('is proto3 JSON, also in a duration of %i s and %i ns', (seconds, nanos, text) => {
    const event = sampleEvent({ duration: { seconds, nanos }, details: { note: 'one\u2028two' } });
    const line = exportLine(LoggedEvent.fromPartial({ name: 'tenants/acme/events/x', index: 7n, event })).toString();
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({
      index: '7',
      event: { duration: text, details: { note: 'one\u2028two' } },
    });
  });
});
