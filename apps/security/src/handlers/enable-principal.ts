import type { EnablePrincipalRequest, EnablePrincipalResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { principalMessage } from '../domain/principal.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import { lockPrincipal } from './locked-principal.ts';
import { principalField } from './principal-fields.ts';

const Request = z.object({ name: principalField(), etag: z.string() });

/** Lets a disabled principal in again. */
export function enablePrincipal(principals: PrincipalStore): Unary<EnablePrincipalRequest, EnablePrincipalResponse> {
  return async (request, context) => {
    const { name: key, etag } = parse(Request, request);

    const { record } = await lockPrincipal(principals, context.scope, key, etag);
    context.audit({ details: { was_disabled: record.disabledAt !== undefined } });
    const enabled = record.disabledAt ? await principals.change(context.scope, key, { disabled: false }) : record;

    return { principal: principalMessage(enabled) };
  };
}
