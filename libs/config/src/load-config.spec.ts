import { z } from 'zod';
import { address, duration, flag, loadConfig, port, secret, SettingsError } from './index.ts';

const schema = z.object({
  GRPC_LISTEN: address().default({ host: '127.0.0.1', port: 7001 }).describe('Where the server listens.'),
  HTTP_PORT: port().describe('Port of the probes.'),
  TOKEN_LIFETIME: duration({ min: 3_600_000, max: 86_400_000 }).prefault('8h').describe('How long a token lives.'),
  DURABLE: flag().default(true).describe('Whether commits wait for the disk.'),
  MASTER_KEY: secret().optional().describe('Key that wraps all others.'),
  TIER: z.enum(['BASIC', 'CUSTOM']).default('BASIC').describe('Tier of new tenants.'),
  LIMIT: z.coerce.number().int().min(1).default(9).describe('Calls in a minute.'),
});

const problems = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

describe('loadConfig', () => {
  it('reads settings from the variables of their names', () => {
    const { settings } = loadConfig(schema, { HTTP_PORT: '7101', TOKEN_LIFETIME: '90m', DURABLE: 'false', LIMIT: '5' });

    expect(settings).toMatchObject({ HTTP_PORT: 7101, TOKEN_LIFETIME: 5_400_000, DURABLE: false, LIMIT: 5 });
  });

  it('gives a setting that is unset or empty its default', () => {
    const { settings } = loadConfig(schema, { HTTP_PORT: '0', TOKEN_LIFETIME: '', GRPC_LISTEN: ' ' });

    expect(settings).toEqual({
      GRPC_LISTEN: { host: '127.0.0.1', port: 7001 },
      HTTP_PORT: 0,
      TOKEN_LIFETIME: 28_800_000,
      DURABLE: true,
      TIER: 'BASIC',
      LIMIT: 9,
    });
  });

  it('a wrong setting stops the start with a message that names it, what it got and what is allowed', () => {
    expect(problems({ HTTP_PORT: '70000' })).toEqual([
      'HTTP_PORT is "70000": needs a port, 0 to 65535 (0 takes any free one)',
    ]);
  });

  it('lists every wrong setting at once', () => {
    expect(() => loadConfig(schema, { TOKEN_LIFETIME: '25h', DURABLE: 'maybe', TIER: 'GOLD', LIMIT: '0' })).toThrow(
      [
        '5 settings are wrong:',
        '  HTTP_PORT is not set: needs a port, 0 to 65535 (0 takes any free one)',
        '  TOKEN_LIFETIME is "25h": needs a duration, such as 250ms, 30s or 8h, from 1h to 1d',
        '  DURABLE is "maybe": needs true or false',
        '  TIER is "GOLD": needs one of BASIC, CUSTOM',
        '  LIMIT is "0": needs a number, at least 1',
      ].join('\n'),
    );
  });

  it('never shows a secret that it refuses', () => {
    const long = z.object({
      KEY: secret()
        .refine((key) => key.reveal().length > 99, 'needs 100 characters')
        .describe('-'),
    });

    expect(() => loadConfig(long, { KEY: 'hunter2' })).toThrow('KEY is set: needs 100 characters');
  });

  it('says what a rule over several settings asks for', () => {
    const pair = schema
      .extend({ KEY_FILE: z.string().optional().describe('-'), CERT_FILE: z.string().optional().describe('-') })
      .refine((s) => !s.KEY_FILE === !s.CERT_FILE, 'KEY_FILE and CERT_FILE go together');

    expect(() => loadConfig(pair, { HTTP_PORT: '1', KEY_FILE: 'k.pem' })).toThrow('KEY_FILE and CERT_FILE go together');
  });

  it('warns of WEIR_ variables that it does not know, without their values', () => {
    const { warnings } = loadConfig(schema, { HTTP_PORT: '1', WEIR_STATEDIR: '/x', WEIR_EMPTY: '', HOME: '/root' });

    expect(warnings).toEqual(['WEIR_STATEDIR is set, but no setting has that name']);
  });
});
