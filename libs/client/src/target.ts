import { formatAddress, type Address } from '@weir/config';
import { isIP } from 'node:net';

/**
 * The grpc target of an address. A name is resolved by DNS again and again, and calls go round all that it resolves to;
 * several addresses between commas are IP addresses. What has a scheme ("dns:///", "unix:") stays as it is.
 */
export function targetOf(address: string | Address): string {
  const text = typeof address === 'string' ? address : formatAddress(address);
  if (/^[a-z][a-z0-9+.-]*:(?!\d+(?:,|$))/.test(text)) return text;
  if (!text.includes(',')) return `dns:///${text}`;
  const parts = text.split(',');
  return `${parts.every((part) => isIP(hostOf(part)) === 6) ? 'ipv6' : 'ipv4'}:${parts.join(',')}`;
}

/** True when a target can only be reached from this machine. */
export function isLocal(target: string): boolean {
  if (target.startsWith('unix')) return true;
  const places = target.replace(/^[a-z0-9+.-]+:(?:\/\/[^/]*\/)?/, '').split(',');
  return places.every((place) => isLoopback(hostOf(place)));
}

const hostOf = (place: string): string => place.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
