import { describeSettings, loadConfig } from '@weir/config';
import { z } from 'zod';
import { authSettings } from './settings.ts';

describe('authSettings', () => {
  it('needs nothing to be set', () => {
    expect(loadConfig(z.object(authSettings), {}).settings).toEqual({
      TOKEN_ISSUER: 'weir',
      REVOCATIONS_STALE_AFTER: 60_000,
      TOKEN_CLOCK_SKEW: 5_000,
      TOKEN_CACHE_SIZE: 10_000,
    });
    expect(describeSettings(z.object(authSettings)).every(({ description }) => description !== '')).toBe(true);
  });
});
