import type { Principal } from '@weir/context';
import { reason } from '@weir/errors';
import type { Verifier } from '../parts.ts';

/** Who a test calls as. */
export type Caller = Partial<Omit<Principal, 'permissions'>> & { readonly permissions?: readonly string[] };

/** A token that `testVerifier` takes for this caller: by default a data administrator of the tenant acme. */
export const tokenFor = (caller: Caller = {}): string => Buffer.from(JSON.stringify(caller)).toString('base64url');

/** A token of one of Weir's services: serviceToken('agent'). */
export const serviceToken = (name: string): string =>
  tokenFor({ subject: `principals/${name}`, kind: 'service', permissions: [] });

/** A token of a platform administrator. */
export const adminToken = (): string => tokenFor({ subject: 'principals/admin' });

const ALL = ['read', 'write', 'delete', 'admin', 'pipeline', 'model', 'query'];

/** Believes what tokens say: for tests of what comes after authentication. Real tokens are made by `testIssuer`. */
export const testVerifier: Verifier = {
  verify(token) {
    const caller = read(token);
    const subject = caller.subject ?? 'tenants/acme/principals/tester';
    return {
      subject,
      kind: 'user',
      tenant: /^tenants\/([^/]+)\//.exec(subject)?.[1],
      roles: [],
      tokenId: 'test',
      issuedAt: 0,
      expiresAt: Infinity,
      actor: undefined,
      ...caller,
      permissions: new Set(caller.permissions ?? ALL),
    };
  },
};

function read(token: string): Caller {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Caller;
  } catch {
    throw reason('TOKEN_MALFORMED', { problem: 'no test token' });
  }
}
