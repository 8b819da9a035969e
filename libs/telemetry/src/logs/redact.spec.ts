import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    'authorization',
    'Authorization',
    'token',
    'access_token',
    'clientSecret',
    'client-secret',
    'password',
    'cookie',
    'private_key',
  ])('hides the value of %s', (key) => expect(redact({ [key]: 'hunter2' })).toEqual({ [key]: '[redacted]' }));

  it('keeps what only sounds secret', () => {
    const fields = { token_id: 'jti', secretary: 'Ann', tokens_left: 3, keyboard: 'us' };

    expect(redact(fields)).toBe(fields);
  });

  it('looks into objects and lists, and changes neither', () => {
    const fields = { a: { b: [{ token: 'x', n: 1 }] }, c: 1 };

    expect(redact(fields)).toEqual({ a: { b: [{ token: '[redacted]', n: 1 }] }, c: 1 });
    expect(fields.a.b[0]?.token).toBe('x');
  });

  it('leaves errors and dates alone', () => {
    const fields = { err: new Error('x'), at: new Date(0) };

    expect(redact(fields)).toBe(fields);
  });

  it('survives a value that contains itself', () => {
    const loop: Record<string, unknown> = { token: 'x' };
    loop.self = loop;

    expect(redact(loop)).toMatchObject({ token: '[redacted]' });
  });
});
