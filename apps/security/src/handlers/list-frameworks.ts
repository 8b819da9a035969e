import {
  ComplianceFrameworkState,
  type ListFrameworksRequest,
  type ListFrameworksResponse,
} from '@weir/contracts/security';
import { decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { configMessage, effectiveOf } from '../domain/compliance/framework-config.ts';
import { FRAMEWORKS } from '../domain/compliance/frameworks.ts';
import { tenantIn } from '../domain/principal.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import { tenantField } from './question-fields.ts';

const Request = z.object({
  tenant: tenantField(),
  pageSize: pageSize(),
  pageToken: z.string(),
  activeOnly: z.boolean(),
});

/** Lists every known framework with what a tenant has configured, and what they demand together. */
export function listFrameworks(frameworks: FrameworkStore): Unary<ListFrameworksRequest, ListFrameworksResponse> {
  return async (request, { scope }) => {
    const { tenant: name, pageSize: size, pageToken, activeOnly } = parse(Request, request);
    const query = ['ListFrameworks', name, activeOnly];
    const [after] = decodePageToken(query, pageToken) ?? [];

    const configured = await frameworks.find(scope, tenantIn(name));
    const listed = FRAMEWORKS.filter((framework) => after === undefined || framework > Number(after))
      .map((framework) => configMessage(configured, framework))
      .filter(({ state }) => !activeOnly || state === ComplianceFrameworkState.ACTIVE);

    const page = listed.slice(0, size);
    const last = listed.length > size ? page.at(-1) : undefined;
    return {
      frameworks: page,
      nextPageToken: last ? encodePageToken(query, [String(last.framework)]) : '',
      effective: effectiveOf(configured),
    };
  };
}
