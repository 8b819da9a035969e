import type { z } from 'zod';
import { setting } from '../setting-kind.ts';
import { readPort } from './port.ts';

/** Where something listens or is reached. */
export interface Address {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const kind = { type: 'host:port', allowed: 'host:port, such as 127.0.0.1:7001 or [::1]:7001' };

/** "127.0.0.1:7001", "registry.weir.svc:7001" or "[::1]:7001". */
export const address = (): z.ZodCodec<z.ZodString, z.ZodCustom<Address>> => setting(kind, readAddress, formatAddress);

/** The form that `address` reads. */
export const formatAddress = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** True for an address that only this machine reaches. */
export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function readAddress(text: string): Address | undefined {
  const [, ipv6, name, digits = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d+)$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = readPort(digits);
  return host !== undefined && port !== undefined ? { host, port } : undefined;
}
