import { describeSettings, loadConfig } from '@weir/config';
import { z } from 'zod';
import { addressSetting, clientSettings } from './settings.ts';

describe('the settings of clients', () => {
  it('name the address of each service', () => {
    const { settings } = loadConfig(z.object(addressSetting('registry')), {});

    expect(settings.REGISTRY_ADDRESS).toEqual({ host: '127.0.0.1', port: 7001 });
  });

  it('take the identity of the service unless told otherwise', () => {
    const { settings } = loadConfig(z.object(clientSettings('agent')), { CLIENT_SECRET_FILE: '/run/secret' });

    expect(settings).toMatchObject({ CLIENT_ID: 'principals/agent', CLIENT_SECRET_FILE: '/run/secret' });
    expect(settings.TLS_CA_FILE).toBeUndefined();
  });

  it('are all described', () => {
    expect(describeSettings(z.object(clientSettings('agent'))).map(({ name }) => name)).toContain('AUDIT_ADDRESS');
  });
});
