import { connect, type IncomingHttpHeaders } from 'node:http2';
import { GetTenantRequest, TenantServiceDefinition } from '@weir/contracts/registry';
import { bind } from '../handler.ts';
import { adminToken, startTestServer } from '../testing/index.ts';

const GET = '/weir.registry.v1.TenantService/GetTenant';
// Lets header lines repeat that must not; the types do not know it yet.
const REPEATABLE: object = { strictSingleValueFields: false };

const good = `Bearer ${adminToken()}`;

describe('a call', () => {
  it.each([
    ['one token', [good], '0'],
    ['a good token and another one', [good, 'Bearer x'], '16'],
    ['another token and a good one', ['Bearer x', good], '16'],
    ['the same token twice', [good, good], '16'],
  ])('with %s is answered with the status that it deserves', async (_, tokens, expected) => {
    const bindings = [bind(TenantServiceDefinition, { getTenant: () => Promise.resolve({ tenant: undefined }) })];
    await using server = await startTestServer({ bindings });
    const session = connect(`http://${server.address}`, REPEATABLE);
    const lines = [':method', 'POST', ':path', GET, 'content-type', 'application/grpc', 'te', 'trailers'];

    const stream = session.request([...lines, ...tokens.flatMap((token) => ['authorization', token])]);
    const status = new Promise((resolve) => {
      stream.on('response', (headers) => headers['grpc-status'] !== undefined && resolve(headers['grpc-status']));
      stream.on('trailers', (trailers: IncomingHttpHeaders) => resolve(trailers['grpc-status']));
    });
    stream.resume();
    const message = GetTenantRequest.encode({ name: 'tenants/acme' }).finish();
    stream.end(Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]));

    expect(await status).toBe(expected);
    session.destroy();
  });
});
