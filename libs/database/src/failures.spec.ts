import { isReason, reason } from '@weir/errors';
import { asWeirError, failureKind, isUniqueViolation } from './failures.ts';

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

describe('a failure of the driver', () => {
  it.each([
    ['ECONNREFUSED', 'lost'],
    ['57P01', 'lost'],
    ['28P01', 'lost'],
    ['53300', 'busy'],
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['57014', 'stopped'],
    ['23505', 'other'],
    ['42P01', 'other'],
  ])('with code %s is %s', (code, kind) => {
    expect(failureKind(withCode(code))).toBe(kind);
  });

  it('reaches callers as DATABASE_UNAVAILABLE with a time to retry when it is not their doing', () => {
    const error = asWeirError(withCode('ECONNRESET'));
    expect(isReason(error, 'DATABASE_UNAVAILABLE') && error.details.retryAfterMs).toBeGreaterThan(0);
  });

  it('reaches callers as DATABASE_FULL when there is no space left', () => {
    const error = asWeirError(withCode('53100'));
    expect(isReason(error, 'DATABASE_FULL') && error.details.retryAfterMs).toBeGreaterThan(0);
  });

  it('stays what it is when the statement itself was wrong', () => {
    const error = withCode('42P01');
    expect(asWeirError(error)).toBe(error);
  });

  it('is never made of an error that has a reason already', () => {
    const error = reason('DATABASE_UNAVAILABLE');
    expect(asWeirError(error)).toBe(error);
  });

  it('tells which unique constraint was broken', () => {
    const error = Object.assign(withCode('23505'), { constraint: 'tenants_pkey' });
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'tenants_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'other')).toBe(false);
  });
});
