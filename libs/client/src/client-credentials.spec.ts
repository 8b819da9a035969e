import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { runInCall, type CallContext } from '@weir/context';
import { TokenServiceDefinition, type IssueTokenRequest } from '@weir/contracts/security';
import { reason, type WeirError } from '@weir/errors';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientCredentials, secretInFile, type ClientCredentials } from './client-credentials.ts';
import { rawServer, statusOf } from './testing/raw-server.ts';

const LIFETIME_S = 100n;

/** A security service that issues "token 1", "token 2", ... for 100 seconds each, unless told to fail. */
async function start(options: Partial<ClientCredentials> = {}) {
  const stack = new AsyncDisposableStack();
  const state = { now: 0, requests: [] as IssueTokenRequest[], failWith: undefined as WeirError | undefined };
  const issueToken = (call: ServerUnaryCall<IssueTokenRequest, unknown>, answer: sendUnaryData<unknown>): void => {
    state.requests.push(call.request);
    if (state.failWith) answer(statusOf(state.failWith));
    else answer(null, { accessToken: `token ${state.requests.length}`, expiresIn: { seconds: LIFETIME_S, nanos: 0 } });
  };
  const { address } = stack.use(await rawServer(TokenServiceDefinition, { issueToken }));
  const tokens = stack.use(
    clientCredentials({
      security: address,
      clientId: 'principals/agent',
      clientSecret: 'hunter2',
      clock: () => state.now,
      ...options,
    }),
  );
  return { state, tokens, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('clientCredentials', () => {
  it('asks with id and secret, once for everybody who waits', async () => {
    await using security = await start();

    const tokens = await Promise.all([security.tokens.token(), security.tokens.token()]);

    expect(tokens).toEqual(['token 1', 'token 1']);
    expect(security.state.requests).toMatchObject([{ clientId: 'principals/agent', clientSecret: 'hunter2' }]);
  });

  it('keeps a token for 80 % of its lifetime, then renews it without making anyone wait', async () => {
    await using security = await start();
    await security.tokens.token();

    security.state.now = 79_999;
    expect(security.tokens.token()).toBe('token 1');
    security.state.now = 80_000;
    expect(security.tokens.token()).toBe('token 1');

    while (security.tokens.token() === 'token 1') await sleep(5);
    expect(security.tokens.token()).toBe('token 2');
    expect(security.state.requests).toHaveLength(2);
  });

  it('goes on with a token that counts while security fails', async () => {
    await using security = await start();
    await security.tokens.token();
    security.state.failWith = reason('DATABASE_UNAVAILABLE');

    security.state.now = 99_999;

    expect(security.tokens.token()).toBe('token 1');
  });

  it('never hands out a token that has expired', async () => {
    await using security = await start();
    await security.tokens.token();

    security.state.now = 100_000;

    await expect(security.tokens.token()).resolves.toBe('token 2');
  });

  it('replaces a token that was refused, but not the one that has already replaced it', async () => {
    await using security = await start();
    await security.tokens.token();

    security.tokens.refused('token 1');
    await security.tokens.token();
    security.tokens.refused('token 1');

    expect(security.tokens.token()).toBe('token 2');
  });

  it('keeps trying while security does not answer', async () => {
    await using security = await start();
    security.state.failWith = reason('DATABASE_UNAVAILABLE');
    setTimeout(() => (security.state.failWith = undefined), 150);

    await expect(security.tokens.token()).resolves.toMatch(/^token/);
    expect(security.state.requests.length).toBeGreaterThan(1);
  });

  it('says why it was refused, and does not ask again at once', async () => {
    await using security = await start();
    security.state.failWith = reason('TOKEN_INVALID', { problem: 'wrong secret' });

    await expect(security.tokens.token()).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    await expect(security.tokens.token()).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    expect(security.state.requests).toHaveLength(1);

    security.state.failWith = undefined;
    security.state.now = 1_000;
    await expect(security.tokens.token()).resolves.toBe('token 2');
  });

  it('is not bound by the call that happens to need the token', async () => {
    await using security = await start();
    const ended = { deadline: Date.now() - 1, signal: AbortSignal.abort() } as Partial<CallContext> as CallContext;

    await expect(runInCall(ended, () => security.tokens.token())).resolves.toBe('token 1');
  });

  it('reads the secret anew for each token, and waits for its file', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'weir-secret-'));
    await using security = await start({ clientSecret: secretInFile(join(dir, 'secret')) });

    setTimeout(() => writeFileSync(join(dir, 'secret'), 'first\n'), 100);
    await security.tokens.token();
    writeFileSync(join(dir, 'secret'), 'second\n');
    security.tokens.refused('token 1');
    await security.tokens.token();

    expect(security.state.requests.map(({ clientSecret }) => clientSecret)).toEqual(['first', 'second']);
    rmSync(dir, { recursive: true });
  });
});
