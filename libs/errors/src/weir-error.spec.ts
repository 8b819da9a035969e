import { invalid, reason } from './weir-error.ts';

describe('reason', () => {
  it('fills the message of the catalogue with its facts', () => {
    expect(reason('FOREIGN_TENANT', { principal: 'principals/a', tenant: 'tenants/b' })).toMatchObject({
      message: 'principals/a may not act for tenants/b',
      metadata: { principal: 'principals/a', tenant: 'tenants/b' },
    });
  });

  it('repeats no more than a part of what a request made endless', () => {
    const error = reason('FOREIGN_TENANT', { principal: 'x', tenant: 'y'.repeat(1_000_000) });

    expect(error.message.length).toBeLessThan(600);
    expect(error.metadata['tenant']).toHaveLength(513);
  });
});

describe('invalid', () => {
  it('counts all broken fields and lists fifty', () => {
    const violations = Array.from({ length: 2_000 }, (_, n) => ({ field: `names[${n}]`, description: 'is required' }));

    const error = invalid(violations);

    expect(error.metadata['count']).toBe('2000');
    expect(error.details.violations).toHaveLength(50);
  });
});
