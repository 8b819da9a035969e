import { UploadDatasetRequest } from '@weir/contracts/agent';
import { CreateTenantRequest, Tier } from '@weir/contracts/registry';
import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { parse } from './parse.ts';
import { enumValue, resourceId, text } from './validation/fields.ts';

/** What is wrong, as "field: description". */
function violations(schema: z.ZodType, value: unknown): string[] {
  try {
    parse(schema, value);
  } catch (error) {
    if (error instanceof WeirError && error.reason === 'INVALID_ARGUMENT') {
      return (error.details.violations ?? []).map(({ field, description }) => `${field}: ${description}`);
    }
    throw error;
  }
  return [];
}

const Request = z.object({
  tenantId: resourceId(),
  tenant: z.object({
    displayName: text(1, 120),
    tier: enumValue(Tier),
    allowedEnvironments: z.array(z.number().min(1, 'must be named')),
  }),
});

describe('parse', () => {
  it('answers what the schema makes of a request', () => {
    const request = CreateTenantRequest.fromPartial({
      tenantId: 'acme',
      tenant: { displayName: 'Acme', tier: Tier.BASIC, allowedEnvironments: [1] },
    });

    expect(parse(Request, request)).toMatchObject({ tenantId: 'acme', tenant: { tier: Tier.BASIC } });
  });

  it('names every broken field as the proto file does', () => {
    const request = CreateTenantRequest.fromPartial({ tenantId: 'A', tenant: { allowedEnvironments: [1, 0] } });

    expect(violations(Request, request)).toEqual([
      'tenant_id: must be 3 to 63 of a-z, 0-9 and "-", starting with a letter, not ending with "-"',
      'tenant.display_name: is required',
      'tenant.tier: must be one of BASIC, PROFESSIONAL, ENTERPRISE, CUSTOM',
      'tenant.allowed_environments[1]: must be named',
    ]);
  });

  it('names the member of a oneof, not how code holds it', () => {
    const value = z.object({ target: z.object({ datasetId: resourceId() }) });
    const schema = z.object({ payload: z.object({ $case: z.literal('metadata'), value }) });
    const request = UploadDatasetRequest.fromPartial({
      payload: { $case: 'metadata', value: { target: { datasetId: 'X' } } },
    });

    expect(violations(schema, request)).toEqual([expect.stringMatching(/^metadata\.target\.dataset_id: must be/)]);
    expect(violations(schema, UploadDatasetRequest.create())).toEqual([expect.stringMatching(/^payload: /)]);
  });

  it('keeps a field that happens to be called value', () => {
    const schema = z.object({ labels: z.array(z.object({ value: text(1, 5) })) });

    expect(violations(schema, { labels: [{ value: 'too long' }] })).toEqual([
      'labels[0].value: must have at most 5 characters',
    ]);
  });

  it('names fields that nobody knows', () => {
    expect(violations(z.strictObject({ a: z.string() }), { a: '', oldName: 1 })).toEqual([
      'old_name: is not a known field',
    ]);
  });
});
