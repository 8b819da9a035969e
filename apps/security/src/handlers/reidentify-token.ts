import type { ReidentifyTokenRequest, ReidentifyTokenResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, tenantName, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { typeName } from '../domain/privacy/pii-types.ts';
import { tenantIn } from '../domain/principal.ts';
import type { PrivacyParts } from '../privacy/privacy-parts.ts';
import { reasonField } from './privacy-fields.ts';

const Request = z.object({ tenant: tenantName(), token: text(1, 200), reason: reasonField() });

/** Gives back the value behind a reversible token. */
export function reidentifyToken({ vault }: PrivacyParts): Unary<ReidentifyTokenRequest, ReidentifyTokenResponse> {
  return async (request, call) => {
    const { tenant, token, reason: why } = parse(Request, request);
    // The token itself is no secret and says of whom it was; it is what an auditor searches for.
    call.audit({ details: { reason: why, token } });

    const found = await vault.resolve(tenantIn(tenant), token);
    if (!found) throw reason('PSEUDONYM_UNRESOLVED');

    call.audit({ details: { type: typeName(found.type) } });
    return found;
  };
}
