import { address, formatAddress, isLoopback } from './address.ts';

describe('address', () => {
  it.each([
    ['127.0.0.1:7001', { host: '127.0.0.1', port: 7001 }],
    ['registry.weir.svc:0', { host: 'registry.weir.svc', port: 0 }],
    ['[::1]:7001', { host: '::1', port: 7001 }],
  ])('reads %s and writes it back', (text, value) => {
    expect(address().parse(text)).toEqual(value);
    expect(formatAddress(value)).toBe(text);
  });

  it.each(['7001', 'localhost', ':7001', '::1:7001', 'localhost:70000', 'http://localhost:80', 'a b:1', '[::1]'])(
    'refuses %s',
    (text) => expect(address().safeParse(text).success).toBe(false),
  );

  it('knows which addresses only this machine reaches', () => {
    expect(['127.0.0.1:1', 'localhost:1', '[::1]:1', '127.9.0.1:1'].every((a) => isLoopback(address().parse(a)))).toBe(
      true,
    );
    expect(['0.0.0.0:1', '10.0.0.1:1', '[::]:1', '127.evil.com:1'].some((a) => isLoopback(address().parse(a)))).toBe(
      false,
    );
  });
});
