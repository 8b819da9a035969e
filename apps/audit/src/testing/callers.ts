import type { TokenSource } from '@weir/client';
import type { Principal } from '@weir/context';
import { reason } from '@weir/errors';
import type { Verifier } from '@weir/rpc';

/** Who a test calls as. */
export type Caller = Pick<Principal, 'subject' | 'kind' | 'tenant'> & { permissions: readonly string[] };

/** A service of Weir. */
export const service = (name: string): Caller => ({
  subject: `principals/${name}`,
  kind: 'service',
  tenant: undefined,
  permissions: [],
});

/** A user of a tenant. */
export const userOf = (tenant: string, ...permissions: string[]): Caller => ({
  subject: `tenants/${tenant}/principals/someone`,
  kind: 'user',
  tenant,
  permissions,
});

/** A platform administrator. */
export const admin: Caller = {
  subject: 'principals/admin',
  kind: 'user',
  tenant: undefined,
  permissions: ['read', 'write', 'delete', 'admin', 'pipeline', 'model', 'query'],
};

/** Tokens that say who calls, and are believed by `verifier`. */
export function tokenOf(caller: Caller): TokenSource {
  const token = Buffer.from(JSON.stringify(caller)).toString('base64url');
  return { token: () => token, refused: () => undefined };
}

/** Believes what a token of a test says. */
export const verifier: Verifier = {
  verify(token) {
    const caller = JSON.parse(Buffer.from(token, 'base64url').toString()) as Caller;
    if (!caller.subject) throw reason('TOKEN_INVALID', { problem: 'no subject' });
    return {
      ...caller,
      tenant: caller.tenant,
      roles: [],
      permissions: new Set(caller.permissions),
      tokenId: 'test',
      issuedAt: 0,
      expiresAt: Date.now() + 60_000,
      actor: undefined,
    };
  },
};
