import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { runInCall, type CallContext } from '@weir/context';
import { TokenServiceDefinition } from '@weir/contracts/security';
import { reason, type WeirError } from '@weir/errors';
import { first } from './testing/iterate.ts';
import { startRaw, statusOf } from './testing/raw-server.ts';
import { fixedToken, type TokenSource } from './token-source.ts';

/** Hands out "t1", "t2", ..., the next one when the last was refused. */
function counting(): TokenSource & { refusals: string[] } {
  const refusals: string[] = [];
  return {
    refusals,
    token: () => Promise.resolve(`t${refusals.length + 1}`),
    refused: (token) => void refusals.push(token),
  };
}

/** A server that knows which tokens it refuses and why. */
async function start(tokens: TokenSource, refuse: (token: string) => WeirError | undefined) {
  const seen: string[] = [];
  const check = ({ metadata }: Pick<ServerUnaryCall<unknown, unknown>, 'metadata'>): WeirError | undefined => {
    const token = String(metadata.get('authorization')[0]);
    seen.push(token);
    return refuse(token.replace('Bearer ', ''));
  };
  const unary = (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
    const error = check(call);
    if (error) answer(statusOf(error));
    else answer(null, {});
  };
  const watchRevocations = (call: ServerWritableStream<unknown, unknown>): void => {
    const error = check(call);
    if (error) call.emit('error', statusOf(error));
    else call.end();
  };
  const handlers = { introspectToken: unary, getJwks: unary, watchRevocations };
  return { seen, ...(await startRaw(TokenServiceDefinition, handlers, { tokens })) };
}

const expired = (token: string): WeirError => reason('TOKEN_EXPIRED', { expired_at: token });
const anyToken = (): undefined => undefined;
const inner = { deadline: Infinity, signal: new AbortController().signal } as CallContext;

describe('the bearer token', () => {
  it('comes from the source of the channel, or from the options of the call', async () => {
    await using server = await start(counting(), anyToken);

    await server.client.introspectToken({});
    await server.client.introspectToken({}, { token: 'mine' });

    expect(server.seen).toEqual(['Bearer t1', 'Bearer mine']);
  });

  it('is not sent to methods that take none', async () => {
    await using server = await start(counting(), anyToken);

    await server.client.getJwks({});

    expect(server.seen).toEqual(['undefined']);
  });

  it('is replaced once when it no longer counts', async () => {
    const tokens = counting();
    await using server = await start(tokens, (token) => (token === 't1' ? expired(token) : undefined));

    await server.client.introspectToken({});

    expect(tokens.refusals).toEqual(['t1']);
    expect(server.seen).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('is not replaced twice', async () => {
    await using server = await start(counting(), expired);

    await expect(server.client.introspectToken({})).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
    expect(server.seen).toHaveLength(2);
  });

  it('is not replaced when it was forged, nor when it is the caller’s own', async () => {
    await using server = await start(counting(), () => reason('TOKEN_INVALID', { problem: 'forged' }));

    await expect(server.client.introspectToken({})).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    await expect(server.client.introspectToken({}, { token: 'mine' })).rejects.toMatchObject({
      reason: 'TOKEN_INVALID',
    });
    expect(server.seen).toHaveLength(2);
  });

  it('of a stream is replaced when the stream is begun anew', async () => {
    await using server = await start(counting(), (token) => (token === 't1' ? expired(token) : undefined));

    await expect(first(server.client.watchRevocations({}))).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
    await first(server.client.watchRevocations({}));

    expect(server.seen).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('that is ours and refused is no fault of the call in progress', async () => {
    await using server = await start(fixedToken('t1'), () => reason('TOKEN_INVALID', { problem: 'forged' }));

    const call = runInCall(inner, () => server.client.introspectToken({}));

    await expect(call).rejects.toMatchObject({
      reason: 'DEPENDENCY_UNAVAILABLE',
      cause: { reason: 'TOKEN_INVALID' },
    });
  });

  it('that cannot be had says so', async () => {
    const wrongSecret: TokenSource = {
      token: () => Promise.reject(new Error('the secret is wrong')),
      refused: () => undefined,
    };
    await using server = await start(wrongSecret, anyToken);

    await expect(server.client.introspectToken({})).rejects.toThrow(
      'there is no token to call security with: the secret is wrong',
    );
  });

  it('is not waited for longer than the call has time', async () => {
    const stuck: TokenSource = { token: () => new Promise<string>(() => undefined), refused: () => undefined };
    await using server = await start(stuck, anyToken);

    await expect(server.client.introspectToken({}, { timeoutMs: 30 })).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
    await expect(server.client.introspectToken({}, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      reason: 'CANCELLED',
    });
  });
});
