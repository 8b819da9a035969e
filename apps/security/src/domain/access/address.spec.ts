import { isInRange, parseAddress, parseRange } from './address.ts';

describe('an address range', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '203.0.113.9', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['192.168.1.7/32', '192.168.1.7', true],
    ['192.168.1.7/32', '192.168.1.6', false],
  ])('%s with %s: %s', (cidr, ip, isIn) => {
    const [range, address] = [parseRange(cidr), parseAddress(ip)];

    expect(range && address && isInRange(range, address)).toBe(isIn);
  });

  it.each(['10.0.0.1/8', '10.0.0.0/33', '2001:db8::1/32', '::/129', '10.1/16', '10.0.0.0', 'x/8', '010.0.0.0/8', ''])(
    'is not %j',
    (cidr) => {
      expect(parseRange(cidr)).toBeUndefined();
    },
  );

  it.each(['10.1', '0x7f.0.0.1', '127.0.0.1:80', 'fe80::1%eth0', '[::1]', 'localhost', ''])(
    'no address is %j',
    (ip) => {
      expect(parseAddress(ip)).toBeUndefined();
    },
  );
});
