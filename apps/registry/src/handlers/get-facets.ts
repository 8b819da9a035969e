import { FacetField, type GetFacetsRequest, type GetFacetsResponse } from '@weir/contracts/registry';
import { enumValue, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { facetOf, totalOf } from '../domain/facets.ts';
import { int32, list } from '../domain/manifest/rules.ts';
import type { ComponentStore } from '../store/component-store.ts';
import { viewer } from './component-fields.ts';
import { componentFilter } from './component-filter.ts';

const ALL = [
  FacetField.CAPABILITY,
  FacetField.DATA_FORMAT,
  FacetField.CLEARANCE,
  FacetField.CERTIFICATION,
  FacetField.LIFECYCLE,
];

const Request = z.object({
  tenant: viewer(),
  filter: componentFilter(),
  fields: list(enumValue(FacetField), 0, ALL.length)
    .refine((fields) => new Set(fields).size === fields.length, 'must name each field once')
    .transform((fields) => (fields.length === 0 ? ALL : fields)),
  maxValues: int32(1, 1_000, 50),
});

/** GetFacets: exact counts of what DiscoverComponents would find. */
export function getFacets(components: ComponentStore): Unary<GetFacetsRequest, GetFacetsResponse> {
  return async (request, { scope }) => {
    const { filter, fields, maxValues } = parse(Request, request);

    const tallies = await components.tally(scope, filter, fields.includes(FacetField.CAPABILITY));

    return { facets: fields.map((field) => facetOf(field, tallies, maxValues)), totalVersions: totalOf(tallies) };
  };
}
