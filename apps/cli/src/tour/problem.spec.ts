import { invalid, reason } from '@weir/errors';
import { describeProblem } from './problem.ts';

describe('an error in a line', () => {
  it('names code, reason and what to do about it', () => {
    expect(describeProblem(reason('TOKEN_MISSING'))).toBe(
      'UNAUTHENTICATED TOKEN_MISSING: the call carries no bearer token',
    );
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
