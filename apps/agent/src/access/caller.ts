import type { CallContext } from '@weir/context';
import { permissionFromJSON, type Permission } from '@weir/contracts/options';
import { isIP } from 'node:net';
import type { Caller } from './access-decisions.ts';

/** The circumstances of a call, as this service can vouch for them. */
export const callerOf = ({ peer, principal }: CallContext): Caller => ({
  sourceIp: addressIn(peer),
  tokenPermissions: [...(principal?.permissions ?? [])].map(permissionNamed),
});

const permissionNamed = (name: string): Permission => permissionFromJSON(`PERMISSION_${name.toUpperCase()}`);

/** The IP address in "10.0.0.1:4711" or "[::1]:4711"; empty when there is none. */
function addressIn(peer: string): string {
  const host = peer.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? '' : host;
}
