import {
  PiiType,
  type ListRecognizersRequest,
  type ListRecognizersResponse,
  type PiiRecognizer,
} from '@weir/contracts/security';
import { MEASURED, RECOGNIZERS } from '@weir/pii';
import { decodePageToken, encodePageToken, enumValue, pageSize, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { defaultForType, REDACT } from '../domain/privacy/default-operators.ts';
import { typeOf } from '../domain/privacy/pii-types.ts';
import { tenantIn } from '../domain/principal.ts';
import type { PrivacyParts } from '../privacy/privacy-parts.ts';
import type { TenantPrivacy } from '../privacy/tenant-privacy.ts';

const Request = z.object({
  tenant: tenantName(),
  pageSize: pageSize(),
  pageToken: z.string(),
  types: z.array(enumValue(PiiType)),
  customOnly: z.boolean(),
});

/** Lists the recognisers that a tenant's scans use. */
export function listRecognizers({ privacyOf }: PrivacyParts): Unary<ListRecognizersRequest, ListRecognizersResponse> {
  return async (request, { scope }) => {
    const { tenant, pageSize: size, pageToken, types, customOnly } = parse(Request, request);
    const query = ['ListRecognizers', tenant, types, customOnly];
    const [after = ''] = decodePageToken(query, pageToken) ?? [];

    const wanted = new Set<PiiType>(types);
    const said = await privacyOf(scope, tenantIn(tenant));
    const all = [...(customOnly ? [] : BUILT_IN), ...customOf(tenant, said)]
      .filter(({ type }) => wanted.size === 0 || wanted.has(type))
      .filter(({ name }) => name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));

    const recognizers = all.slice(0, size);
    const last = all.length > size ? recognizers.at(-1) : undefined;
    return { recognizers, nextPageToken: last ? encodePageToken(query, [last.name]) : '' };
  };
}

const BUILT_IN: readonly PiiRecognizer[] = RECOGNIZERS.map(({ id, kind, description, source, regions }) => ({
  name: `recognizers/${id}`,
  type: typeOf(kind),
  description,
  source,
  regions: [...regions],
  defaultOperator: defaultForType(typeOf(kind)),
  accuracy: {
    precision: MEASURED.kinds[kind].precision,
    recall: MEASURED.kinds[kind].recall,
    positives: BigInt(MEASURED.kinds[kind].positives),
    negatives: BigInt(MEASURED.negatives),
    corpus: MEASURED.corpus,
  },
}));

const customOf = (tenant: string, { recognizers }: TenantPrivacy): PiiRecognizer[] =>
  recognizers.map(({ id, description, defaultOperator }) => ({
    name: `${tenant}/recognizers/${id}`,
    type: PiiType.CUSTOM,
    description,
    source: '',
    regions: [],
    defaultOperator: defaultOperator ?? REDACT,
    accuracy: undefined,
  }));
