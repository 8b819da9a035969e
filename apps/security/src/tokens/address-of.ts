import { isIPv6 } from 'node:net';

/**
 * Whose attempts count together: the IPv4 address of a peer, or the /64 network of its IPv6 address, which one customer
 * usually has to itself. "ipv4:10.0.0.7:53122" is "10.0.0.7".
 */
export function addressOf(peer: string): string {
  const host = peer
    .replace(/^ipv[46]:/, '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(host) ? `${groupsOf(host).slice(0, 4).join(':')}::/64` : host;
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right];
}
