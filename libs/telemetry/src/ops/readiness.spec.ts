import { missingParts } from './readiness.ts';

describe('missingParts', () => {
  it('lists what is not ready, with the reason', () => {
    const checks = { database: () => 'cannot connect', tokens: () => undefined };

    expect(missingParts(checks)).toEqual([{ check: 'database', why: 'cannot connect' }]);
  });

  it('counts a check that throws as not ready', () => {
    const broken = (): string => {
      throw new Error('boom');
    };

    expect(missingParts({ broken })).toEqual([{ check: 'broken', why: 'the check failed: boom' }]);
  });
});
