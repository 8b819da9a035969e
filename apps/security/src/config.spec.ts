import { loadConfig } from '@weir/config';
import { pathsOf, settings } from './config.ts';

const env = { DATABASE_URL: 'postgresql://security@localhost/security' };
const problemOf = (more: Record<string, string>): string => {
  try {
    loadConfig(settings, { ...env, ...more });
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('the settings of security', () => {
  it('have the platform defaults', () => {
    const { settings: loaded } = loadConfig(settings, env);

    expect(loaded).toMatchObject({
      TOKEN_LIFETIME: 8 * 3_600_000,
      RATE_LIMIT_PER_MINUTE: 1_000,
      AUDIT_LOGGING: true,
      DATA_ENCRYPTION: true,
      PII_DETECTION: true,
      GRPC_LISTEN: { host: '127.0.0.1', port: 7002 },
      OPS_LISTEN: { host: '127.0.0.1', port: 7102 },
    });
    expect(pathsOf(loaded)).toEqual({
      masterKeyFile: '.weir/master.key',
      serviceSecretsDir: '.weir/secrets',
      adminSecretFile: '.weir/admin.secret',
    });
  });

  it.each([
    ['TOKEN_LIFETIME', '30m'],
    ['TOKEN_LIFETIME', '25h'],
    ['TOKEN_LIFETIME', '8'],
    ['RATE_LIMIT_PER_MINUTE', '0'],
    ['SECRET_HASH_COST', '4'],
    ['JWKS_MAX_AGE', 'soon'],
    ['AUDIT_LOGGING', 'maybe'],
    ['DATA_ENCRYPTION', 'aes'],
    ['PII_DETECTION', '2'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(problemOf({ [name]: value })).toContain(name);
  });
});
