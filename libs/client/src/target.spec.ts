import { isLocal, targetOf } from './target.ts';

describe('targetOf', () => {
  it.each([
    ['127.0.0.1:7001', 'dns:///127.0.0.1:7001'],
    ['registry.weir.svc:7001', 'dns:///registry.weir.svc:7001'],
    ['[::1]:7001', 'dns:///[::1]:7001'],
    ['10.0.0.1:7001,10.0.0.2:7001', 'ipv4:10.0.0.1:7001,10.0.0.2:7001'],
    ['[::1]:7001,[::2]:7001', 'ipv6:[::1]:7001,[::2]:7001'],
    ['dns:///registry:7001', 'dns:///registry:7001'],
    ['unix:/run/weir.sock', 'unix:/run/weir.sock'],
  ])('makes of %s the target %s', (address, target) => expect(targetOf(address)).toBe(target));

  it('takes an address as settings read it', () => {
    expect(targetOf({ host: '::1', port: 7001 })).toBe('dns:///[::1]:7001');
  });
});

describe('isLocal', () => {
  it.each([
    'dns:///127.0.0.1:1',
    'dns:///localhost:1',
    'dns:///[::1]:1',
    'unix:/run/x',
    'ipv4:127.0.0.1:1,127.0.0.2:1',
  ])('knows that %s is this machine', (target) => expect(isLocal(target)).toBe(true));

  it.each(['dns:///10.0.0.1:1', 'dns:///127.evil.com:1', 'ipv4:127.0.0.1:1,10.0.0.1:1', 'dns://8.8.8.8/registry:1'])(
    'knows that %s is not',
    (target) => expect(isLocal(target)).toBe(false),
  );
});
