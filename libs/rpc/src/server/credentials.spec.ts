import { createClient, openChannel, type TlsClientSettings } from '@weir/client';
import { testAuthority, type TestAuthority, type TestIdentity } from '@weir/client/testing';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { connect } from 'node:tls';
import { bind } from '../handler.ts';
import type { RpcSettings } from '../settings.ts';
import { startTestServer, tokenFor } from '../testing/index.ts';
import { until } from '../testing/start-services.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority();
});
afterAll(() => authority[Symbol.asyncDispose]());

const start = (settings: Partial<RpcSettings>) =>
  startTestServer({
    settings,
    bindings: [bind(TenantServiceDefinition, { getTenant: async () => ({ tenant: undefined }) })],
  });

const serverTls = ({ certFile, keyFile }: TestIdentity) => ({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile });

async function call(port: number, tls: Partial<TlsClientSettings>): Promise<void> {
  const tokens = { token: () => tokenFor(), refused: () => undefined };
  await using channel = openChannel({ address: `localhost:${port}`, tls, tokens });
  await createClient(TenantServiceDefinition, channel).getTenant({ name: 'tenants/acme' }, { timeoutMs: 3_000 });
}

/** The name in the certificate that the server shows. */
const shown = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port, rejectUnauthorized: false, ALPNProtocols: ['h2'] }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      resolve(typeof CN === 'string' ? CN : undefined);
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });

describe('server credentials', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0:0'],
    ['::', '[::]:0'],
    ['10.1.2.3', '10.1.2.3:0'],
  ])('refuse %s without TLS, and say what to do', async (host, shownAs) => {
    await expect(start({ GRPC_LISTEN: { host, port: 0 } })).rejects.toThrow(
      `GRPC_LISTEN is ${shownAs}, which is not loopback, and TLS is not configured: tokens would cross the network in ` +
        'clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or listen on 127.0.0.1.',
    );
  });

  it('serve any address with TLS', async () => {
    const settings = { ...serverTls(await authority.issue('registry')), GRPC_LISTEN: { host: '0.0.0.0', port: 0 } };
    await using server = await start(settings);

    await expect(call(server.server.port, { TLS_CA_FILE: authority.caFile })).resolves.toBeUndefined();
  });

  it('refuse clients in clear once TLS is on', async () => {
    await using server = await start(serverTls(await authority.issue('registry')));

    await expect(call(server.server.port, {})).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
  });

  it('ask for a certificate of the client CA with mutual TLS', async () => {
    const settings = { ...serverTls(await authority.issue('registry')), TLS_CLIENT_CA_FILE: authority.caFile };
    await using server = await start(settings);
    await using stranger = await testAuthority();
    const own = async (from: TestAuthority) => {
      const { certFile, keyFile } = await from.issue('agent');
      return { TLS_CA_FILE: authority.caFile, TLS_CLIENT_CERT_FILE: certFile, TLS_CLIENT_KEY_FILE: keyFile };
    };

    await expect(call(server.server.port, await own(authority))).resolves.toBeUndefined();
    await expect(call(server.server.port, await own(stranger))).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
    });
    await expect(call(server.server.port, { TLS_CA_FILE: authority.caFile })).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
    });
  });

  it('follow a certificate that is renewed, without a restart', async () => {
    const settings = { ...serverTls(await authority.issue('renewed', 'registry of today')), TLS_RELOAD_INTERVAL: 50 };
    await using server = await start(settings);
    let name: string | undefined;
    const asking = setInterval(() => void shown(server.server.port).then((seen) => (name = seen)), 30);
    await until(() => name === 'registry of today');

    await authority.issue('renewed', 'registry of tomorrow');

    await until(() => name === 'registry of tomorrow');
    clearInterval(asking);
    await expect(call(server.server.port, { TLS_CA_FILE: authority.caFile })).resolves.toBeUndefined();
  });

  it('refuse to start with half of what TLS needs', async () => {
    const { certFile } = await authority.issue('registry');

    await expect(start({ TLS_CERT_FILE: certFile })).rejects.toThrow('TLS_CERT_FILE is set and TLS_KEY_FILE is not');
    await expect(start({ TLS_KEY_FILE: certFile })).rejects.toThrow('TLS_KEY_FILE is set and TLS_CERT_FILE is not');
    await expect(start({ TLS_CLIENT_CA_FILE: authority.caFile })).rejects.toThrow(
      'TLS_CLIENT_CA_FILE is set and TLS_CERT_FILE is not',
    );
  });

  it('refuse to start with files that are not there or do not fit together', async () => {
    const registry = await authority.issue('registry');
    const other = await authority.issue('other');

    await expect(start({ ...serverTls(registry), TLS_KEY_FILE: '/nowhere/key.pem' })).rejects.toThrow(
      'TLS_KEY_FILE cannot be read: /nowhere/key.pem',
    );
    await expect(start({ ...serverTls(registry), TLS_KEY_FILE: other.keyFile })).rejects.toThrow(
      'TLS_CERT_FILE and TLS_KEY_FILE do not fit together',
    );
  });
});
