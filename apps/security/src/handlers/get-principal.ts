import type { GetPrincipalRequest, GetPrincipalResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { principalMessage } from '../domain/principal.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import { requirePrincipal } from './locked-principal.ts';
import { principalField } from './principal-fields.ts';

const Request = z.object({ name: principalField() });

/** Reads one principal, disabled ones included. */
export function getPrincipal(principals: PrincipalStore): Unary<GetPrincipalRequest, GetPrincipalResponse> {
  return async (request, { scope }) => {
    const { name } = parse(Request, request);

    const record = await requirePrincipal(principals, scope, name);

    return { principal: principalMessage(record) };
  };
}
