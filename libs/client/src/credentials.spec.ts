import { ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openChannel } from './channel.ts';
import { createClient } from './client.ts';
import type { TlsClientSettings } from './settings.ts';
import { rawServer } from './testing/raw-server.ts';
import { testAuthority, type TestAuthority, type TestIdentity } from './testing/test-authority.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority();
});
afterAll(() => authority[Symbol.asyncDispose]());

interface ServeOptions {
  readonly clientCaFile?: string;
  readonly port?: number;
}

/** A server of this identity, which tells who called it. */
async function serve({ keyFile, certFile }: TestIdentity, { clientCaFile, port = 0 }: ServeOptions = {}) {
  const pair = { private_key: readFileSync(keyFile), cert_chain: readFileSync(certFile) };
  const ca = clientCaFile === undefined ? null : readFileSync(clientCaFile);
  const callers: unknown[] = [];
  const getTenant = (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
    callers.push(call.getAuthContext().sslPeerCertificate?.subject.CN);
    answer(null, {});
  };
  const credentials = ServerCredentials.createSsl(ca, [pair], ca !== null);
  const server = await rawServer(TenantServiceDefinition, { getTenant }, { credentials, port });
  return { ...server, address: server.address.replace('127.0.0.1', 'localhost'), callers };
}

async function call(address: string, tls: Partial<TlsClientSettings>): Promise<void> {
  await using channel = openChannel({ address, tls });
  await createClient(TenantServiceDefinition, channel).getTenant({ name: 'tenants/acme' }, { timeoutMs: 2_000 });
}

describe('channel credentials', () => {
  it('refuse to send tokens in clear to another machine', () => {
    expect(() => openChannel({ address: '10.0.0.1:7001' })).toThrow(
      'dns:///10.0.0.1:7001 is not on this machine, and TLS is not configured: tokens would cross the network in clear. ' +
        'Set TLS_CA_FILE.',
    );
  });

  it('accept the certificates of the CA', async () => {
    await using server = await serve(await authority.issue('registry'));

    await expect(call(server.address, { TLS_CA_FILE: authority.caFile })).resolves.toBeUndefined();
  });

  it('refuse a certificate of another CA', async () => {
    await using other = await testAuthority();
    await using server = await serve(await other.issue('registry'));

    await expect(call(server.address, { TLS_CA_FILE: authority.caFile })).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
    });
  });

  it('show a certificate of our own for mutual TLS', async () => {
    const agent = await authority.issue('agent');
    await using server = await serve(await authority.issue('registry'), { clientCaFile: authority.caFile });
    const own = { TLS_CLIENT_CERT_FILE: agent.certFile, TLS_CLIENT_KEY_FILE: agent.keyFile };

    await call(server.address, { TLS_CA_FILE: authority.caFile, ...own });

    expect(server.callers).toEqual(['agent']);
    await expect(call(server.address, { TLS_CA_FILE: authority.caFile })).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
    });
  });

  it('follow a certificate that is renewed while the channel is open', async () => {
    const agent = await authority.issue('agent', 'agent of today');
    const own = { TLS_CLIENT_CERT_FILE: agent.certFile, TLS_CLIENT_KEY_FILE: agent.keyFile };
    const registry = await authority.issue('registry');
    const server = await serve(registry, { clientCaFile: authority.caFile });
    await using channel = openChannel({
      address: server.address,
      tls: { TLS_CA_FILE: authority.caFile, ...own, TLS_RELOAD_INTERVAL: 50 },
    });
    const client = createClient(TenantServiceDefinition, channel);
    await client.getTenant({ name: 'tenants/acme' });

    await authority.issue('agent', 'agent of tomorrow');
    await sleep(200);
    // A connection keeps the certificate that it began with: only the next one shows the new one.
    await server[Symbol.asyncDispose]();
    const port = Number(server.address.split(':')[1]);
    await using restarted = await serve(registry, { clientCaFile: authority.caFile, port });
    await client.getTenant({ name: 'tenants/acme' });

    expect([...server.callers, ...restarted.callers]).toEqual(['agent of today', 'agent of tomorrow']);
  });
});
