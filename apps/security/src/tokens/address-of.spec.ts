import { addressOf } from './address-of.ts';

describe('the address that attempts are counted by', () => {
  it.each([
    ['127.0.0.1:53122', '127.0.0.1'],
    ['ipv4:10.0.0.7:80', '10.0.0.7'],
    ['[::ffff:10.0.0.7]:80', '10.0.0.7'],
    ['[2001:db8:1:2:3:4:5:6]:80', '2001:db8:1:2::/64'],
    ['[2001:db8::1]:80', '2001:db8:0:0::/64'],
    ['[::1]:80', '0:0:0:0::/64'],
    ['unix:/tmp/socket', 'unix:/tmp/socket'],
  ])('of %s is %s', (peer, address) => {
    expect(addressOf(peer)).toBe(address);
  });
});
