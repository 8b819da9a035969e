import { Permission } from '@weir/contracts/options';
import { enumValue } from '@weir/rpc';
import { z } from 'zod';
import { SERVICES } from '../domain/token-claims.ts';
import type { IssuedToken } from '../tokens/token-issuer.ts';
import { durationMessage } from './duration-field.ts';

/** What IssueToken and ExchangeToken take alike. */
export const grantFields = {
  audiences: z.array(z.enum(SERVICES, `must be one of ${SERVICES.join(', ')}`)),
  permissions: z.array(enumValue(Permission)),
};

/** What they answer with. */
export const tokenResponse = ({ accessToken, expiresInMs, claims }: IssuedToken) => ({
  accessToken,
  tokenType: 'Bearer',
  expiresIn: durationMessage(expiresInMs),
  claims,
});
