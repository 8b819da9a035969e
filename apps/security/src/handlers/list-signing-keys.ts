import { SigningKeyState, type ListSigningKeysRequest, type ListSigningKeysResponse } from '@weir/contracts/security';
import { decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { signingKeyMessage } from '../domain/signing-key.ts';
import type { SigningKeyStore } from '../store/signing-key-store.ts';

const Request = z.object({ pageSize: pageSize(), pageToken: z.string(), showRetired: z.boolean() });

const gone: ReadonlySet<SigningKeyState> = new Set([SigningKeyState.RETIRED, SigningKeyState.REVOKED]);

/** Lists signing keys with their stages, newest first. There are few: one for each rotation. */
export function listSigningKeys(keys: SigningKeyStore): Unary<ListSigningKeysRequest, ListSigningKeysResponse> {
  return async (request, { scope }) => {
    const { pageSize: size, pageToken, showRetired } = parse(Request, request);
    const query = ['ListSigningKeys', showRetired];
    const [after] = decodePageToken(query, pageToken) ?? [];

    const now = new Date();
    const all = (await keys.all(scope)).reverse();
    const shown = all.filter((_, index) => index > all.findIndex(({ id }) => id === after));
    const listed = shown
      .map((key) => signingKeyMessage(key, now))
      .filter(({ state }) => showRetired || !gone.has(state));

    const page = listed.slice(0, size);
    const last = listed.length > size ? page.at(-1) : undefined;
    return { keys: page, nextPageToken: last ? encodePageToken(query, [last.keyId]) : '' };
  };
}
