import { Certification, Clearance, DataFormat, Lifecycle } from '@weir/contracts/registry';
import { enumValue, text } from '@weir/rpc';
import { z } from 'zod';
import { label, list, sortedSet } from '../domain/manifest/rules.ts';

const MAX_VALUES = 128;

const anyOf = <E extends Readonly<Record<string, number>>>(values: E) =>
  list(enumValue(values), 0, MAX_VALUES).transform(sortedSet);

const everything = {
  capabilities: [],
  dataFormats: [],
  minClearance: Clearance.UNSPECIFIED,
  certifications: [],
  lifecycles: [],
  text: '',
};

/** Which versions to find; unset: all. */
export const componentFilter = () =>
  z
    .object({
      capabilities: list(label(), 0, MAX_VALUES).transform(sortedSet),
      dataFormats: anyOf(DataFormat),
      minClearance: z.union([z.literal(Clearance.UNSPECIFIED), enumValue(Clearance)], 'must be a clearance'),
      certifications: anyOf(Certification),
      lifecycles: anyOf(Lifecycle).refine(
        (lifecycles) => !lifecycles.includes(Lifecycle.ARCHIVED),
        'must be of ACTIVE, DEPRECATED, SUNSET',
      ),
      text: text(0, 200),
    })
    .optional()
    .transform((filter) => filter ?? everything);
