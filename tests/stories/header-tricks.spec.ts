import { GetPrincipalRequest, Role } from '@weir/contracts/security';
import { Code } from '@weir/errors';
import { addressOf, administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';
import { openWire, type Wire, type WireOutcome } from './setup/wire-call.ts';

const PATH = '/weir.security.v1.PrincipalService/GetPrincipal';

describe('the authorization header', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let caller: Actor;
  let token: string;
  let wire: Wire;

  beforeAll(async () => {
    admin = administrator(mesh);
    caller = await tenantWith(admin, mesh, 'story-headers', Role.DATA_ADMIN);
    token = await caller.token();
  });
  afterAll(async () => {
    for (const actor of [caller, admin]) await actor[Symbol.asyncDispose]();
  });
  beforeEach(() => (wire = openWire(addressOf(mesh, 'security'))));
  afterEach(() => wire[Symbol.dispose]());

  const ask = (...headers: [string, string][]): Promise<WireOutcome> =>
    wire.call(PATH, GetPrincipalRequest.encode({ name: caller.name }).finish(), headers);

  it('lets a caller in whatever the case of its scheme, as RFC 9110 has it', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
      expect(await ask(['authorization', `${scheme} ${token}`])).toMatchObject({ code: Code.OK });
    }
  });

  it.each([
    ['no scheme', (good: string) => good],
    ['no token', () => 'Bearer'],
    ['an empty token', () => 'Bearer '],
    ['two blanks', (good: string) => `Bearer  ${good}`],
    ['a tab', (good: string) => `Bearer\t${good}`],
    ['a blank inside', (good: string) => `Bearer ${good.slice(0, 20)} ${good.slice(20)}`],
    ['another scheme', (good: string) => `Basic ${good}`],
    ['a scheme that begins alike', (good: string) => `BearerX ${good}`],
    ['quotes', (good: string) => `Bearer "${good}"`],
    ['two tokens in one line', (good: string) => `Bearer ${good}, Bearer ${good}`],
    ['a parameter', (good: string) => `Bearer ${good};x=1`],
    ['bytes beyond ASCII', (good: string) => `Bearer ${good}\u00ff\u00fe`],
    ['a look-alike letter', (good: string) => `B\u00e9arer ${good}`],
  ])('with %s is refused', async (_, value) => {
    const { code, reason } = await ask(['authorization', value(token)]);

    expect([code, ['TOKEN_MALFORMED', 'TOKEN_MISSING'].includes(reason)]).toEqual([Code.UNAUTHENTICATED, true]);
  });

  it.each([
    ['the good one first', (good: string) => [good, 'Bearer x']],
    ['the good one last', (good: string) => ['Bearer x', good]],
    ['the same one twice', (good: string) => [good, good]],
  ])('that comes twice is refused, %s', async (_, values) => {
    const lines = values(`Bearer ${token}`).map((value): [string, string] => ['authorization', value]);

    expect(await ask(...lines)).toEqual({ code: Code.UNAUTHENTICATED, reason: 'TOKEN_MALFORMED' });
  });

  it('is the only place where a token counts', async () => {
    for (const name of [
      'authorization-bin',
      'x-authorization',
      'proxy-authorization',
      'cookie',
      'grpc-authorization',
    ]) {
      expect(await ask([name, `Bearer ${token}`])).toEqual({ code: Code.UNAUTHENTICATED, reason: 'TOKEN_MISSING' });
    }
  });

  it('of a size that no token has is refused, and others are served all the same', async () => {
    const large = await ask(['authorization', `Bearer ${'a'.repeat(12_000)}`]);
    const huge = await ask(['authorization', `Bearer ${'a'.repeat(1_000_000)}`]);
    using other = openWire(addressOf(mesh, 'security'));
    const request = GetPrincipalRequest.encode({ name: caller.name }).finish();

    expect(large).toEqual({ code: Code.UNAUTHENTICATED, reason: 'TOKEN_MALFORMED' });
    expect(huge.code).not.toBe(Code.OK);
    expect(await other.call(PATH, request, [['authorization', `Bearer ${token}`]])).toMatchObject({ code: Code.OK });
  });

  it('is believed about who calls, and no other header is', async () => {
    const claims: [string, string][] = [
      ['x-weir-principal', 'principals/admin'],
      ['x-forwarded-user', 'principals/admin'],
      ['x-tenant', 'tenants/story-victim'],
    ];
    const foreign = GetPrincipalRequest.encode({ name: 'principals/admin' }).finish();

    const { code } = await wire.call(PATH, foreign, [['authorization', `Bearer ${token}`], ...claims]);

    expect([Code.PERMISSION_DENIED, Code.INVALID_ARGUMENT]).toContain(code);
  });
});
