import { loadConfig } from '@weir/config';
import { z } from 'zod';
import { databaseOptions, databaseSettings } from './settings.ts';

const load = (environment: Record<string, string>) => loadConfig(z.object(databaseSettings), environment).settings;

describe('the settings of a database', () => {
  it('need nothing but its URL, which is not printed by accident', () => {
    const settings = load({ DATABASE_URL: 'postgresql://registry:hush@127.0.0.1:5432/registry' });
    expect(JSON.stringify(settings)).not.toContain('hush');
    expect(databaseOptions(settings)).toEqual({
      url: 'postgresql://registry:hush@127.0.0.1:5432/registry',
      poolSize: 10,
      acquireTimeoutMs: 5_000,
      statementTimeoutMs: 30_000,
      idleTransactionTimeoutMs: 60_000,
    });
  });

  it.each([
    [{ DATABASE_URL: 'mysql://127.0.0.1/registry' }],
    [{ DATABASE_URL: 'postgresql://127.0.0.1/registry', DATABASE_POOL_SIZE: '1' }],
    [{}],
  ])('refuse %j', (environment: Record<string, string>) => {
    expect(() => load(environment)).toThrow();
  });
});
