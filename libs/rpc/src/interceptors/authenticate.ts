import type { Principal } from '@weir/context';
import { Permission } from '@weir/contracts/options';
import { reason } from '@weir/errors';
import { pass, type Interceptor } from '../interceptor.ts';

const SCHEME = 'Bearer ';

const isBearer = (header: string): boolean =>
  header.startsWith(SCHEME) || header.slice(0, SCHEME.length).toLowerCase() === SCHEME.toLowerCase();

/** Who is calling, by its bearer token (RFC 6750). Public methods take no token and look at none. */
export const authenticate: Interceptor = ({ rule }, { verifier }) => {
  if (rule.permission === Permission.PUBLIC) return pass;

  return (call, next) => {
    const header = call.header('authorization');
    if (header === undefined) throw reason('TOKEN_MISSING');
    if (!isBearer(header)) throw reason('TOKEN_MALFORMED', { problem: 'expected "Bearer <token>"' });
    const token = header.slice(SCHEME.length);

    const enter = (principal: Principal): Promise<unknown> => {
      call.principal = principal;
      return next(call);
    };
    const verified = verifier.verify(token);
    return verified instanceof Promise ? verified.then(enter) : enter(verified);
  };
};
