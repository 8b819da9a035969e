import { invalid, reason } from '@weir/errors';
import { adviceOn, describeProblem } from './problem.ts';

describe('an error in a line', () => {
  it('names code, reason and message', () => {
    expect(describeProblem(reason('TOKEN_MISSING'))).toBe(
      'UNAUTHENTICATED TOKEN_MISSING: the call carries no bearer token',
    );
  });

  it('comes with what to do about it, where the catalogue has that', () => {
    const removed = reason('LOG_RANGE_REMOVED', { tenant: 'tenants/acme', first_index: 0n, end_index: 256n });
    expect(adviceOn(removed)).toMatch(/Proofs against the current head work/);
    expect(adviceOn(new Error('ENOENT'))).toBeUndefined();
    expect(adviceOn(invalid([{ field: 'name', description: 'is required' }]))).toBeUndefined();
  });

  it('says the code once when the reason is no other, and every broken field', () => {
    const problem = invalid([
      { field: 'name', description: 'must be "tenants/<id>"' },
      { field: 'page_size', description: 'must not be negative' },
    ]);

    expect(describeProblem(problem)).toBe(
      'INVALID_ARGUMENT: the request has 2 invalid field(s): name: must be "tenants/<id>"; ' +
        'page_size: must not be negative',
    );
  });
});
