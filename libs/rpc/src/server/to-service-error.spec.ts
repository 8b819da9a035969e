import { decodeStatus, invalid, reason } from '@weir/errors';
import { DETAILS_KEY, toServiceError } from './to-service-error.ts';

const detailsOf = ({ metadata }: ReturnType<typeof toServiceError>): Buffer => {
  const [bytes] = metadata.get(DETAILS_KEY);
  if (!Buffer.isBuffer(bytes)) throw new Error('no details');
  return bytes;
};

describe('toServiceError', () => {
  it('carries the reason, and tells clients how long to wait', () => {
    const status = toServiceError(reason('RATE_LIMITED', { principal: 'p', limit: 1 }, { retryAfterMs: 1234.5 }));

    expect(status.code).toBe(8);
    expect(status.metadata.get('grpc-retry-pushback-ms')).toEqual(['1235']);
    expect(decodeStatus(detailsOf(status))).toMatchObject({
      reason: 'RATE_LIMITED',
      details: { retryAfterMs: 1234.5 },
    });
  });

  it('fits into the headers of any client, however much is wrong', () => {
    const violations = Array.from({ length: 50 }, (_, n) => ({
      field: `${'x'.repeat(300)}${n}`,
      description: '€'.repeat(300),
    }));
    const status = toServiceError(invalid(violations));

    expect(detailsOf(status).length).toBeLessThanOrEqual(4_096);
    expect(encodeURI(status.details).length).toBeLessThan(6_000);
    expect(decodeStatus(detailsOf(status))?.details.violations?.length).toBeGreaterThan(0);
  });

  it('tells nothing of what it does not know', () => {
    const status = toServiceError(new Error('password is hunter2'));

    expect(status.code).toBe(13);
    expect(`${status.message}${status.details}${detailsOf(status).toString()}`).not.toContain('hunter2');
  });
});
