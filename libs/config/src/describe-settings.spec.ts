import { z } from 'zod';
import { address, bytes, describeSettings, duration, list, loadConfig, port, secret } from './index.ts';

const describeOne = (field: z.ZodType) => describeSettings(z.object({ X: field }))[0];

describe('describeSettings', () => {
  it('says all that a table of settings needs', () => {
    expect(describeOne(port().default(7001).describe('Port of the server.'))).toEqual({
      name: 'X',
      description: 'Port of the server.',
      type: 'port',
      allowed: 'a port, 0 to 65535 (0 takes any free one)',
      default: '7001',
      required: false,
      secret: false,
    });
  });

  it('writes a default as one would in the environment', () => {
    const written = [
      duration().default(5_400_000),
      duration().prefault('8h'),
      bytes().default(4 * 1024 * 1024),
      address().default({ host: '::1', port: 7001 }),
      list(port()).default([1, 2]),
      z.coerce.number().default(1000),
    ].map((field) => describeOne(field.describe('-'))?.default);

    expect(written).toEqual(['1h30m', '8h', '4MiB', '[::1]:7001', '1,2', '1000']);
  });

  it('keeps the form that it shows readable', () => {
    const { settings } = loadConfig(z.object({ X: duration().describe('-') }), { X: '1h30m' });

    expect(settings.X).toBe(5_400_000);
  });

  it('finds a description below a default', () => {
    expect(describeOne(port().describe('Inner.').default(1))).toMatchObject({ description: 'Inner.' });
  });

  it('tells required settings and secrets apart', () => {
    expect(describeOne(port().describe('-'))).toMatchObject({ required: true, secret: false, default: undefined });
    expect(describeOne(secret().prefault('dev').optional().describe('-'))).toMatchObject({
      required: false,
      secret: true,
      default: undefined,
    });
  });

  it('refuses a setting without a description', () => {
    expect(() => describeOne(port())).toThrow('setting X has no .describe()');
  });
});
