import { Clearance, DataFormat } from '@weir/contracts/registry';
import { resourceId, text } from '@weir/rpc';
import { z } from 'zod';

const MAX_LABELS = 64;
const MAX_DATA_TYPES = 100;
const MIN_TTL_S = 60n;

/** A duration as the contract has it. */
export const durationField = () => z.object({ seconds: z.bigint(), nanos: z.number() });

/** A value of an enum or its UNSPECIFIED. */
export const optionalEnum = <E extends Readonly<Record<string, number>>>(values: E) =>
  z.custom<E[keyof E]>(
    (value) => typeof value === 'number' && value >= 0 && Object.values(values).includes(value),
    'is not a value of the enum',
  );

/** Labels of a dataset. */
export const labels = () =>
  z
    .record(resourceId(), text(0, 255))
    .refine((all) => Object.keys(all).length <= MAX_LABELS, `must have at most ${MAX_LABELS} entries`);

/** How CSV is read. */
export const csvOptions = () =>
  z.object({
    delimiter: text(0, 1),
    quote: text(0, 1),
    header: z.boolean().optional(),
    nullTexts: z.array(text(0, 255)).max(16, 'must have at most 16 entries'),
  });

/** What a dataset becomes, with everything but the format and the classification, whose defaults differ. */
export const targetFields = {
  displayName: text(0, 120),
  dataTypes: z.array(resourceId()).max(MAX_DATA_TYPES, `must have at most ${MAX_DATA_TYPES} entries`),
  labels: labels(),
  ttl: durationField()
    .refine(({ seconds }) => seconds >= MIN_TTL_S, `must be at least ${MIN_TTL_S} s`)
    .optional(),
  overwrite: z.boolean(),
  etag: text(0, 64),
};

/** DatasetTarget of a run or a query: what is left out has a default. */
export const datasetTarget = () =>
  z.object({
    ...targetFields,
    datasetId: z.union([z.literal(''), resourceId()], 'must be a resource id, or empty for one that is made up'),
    format: optionalEnum(DataFormat),
    classification: optionalEnum(Clearance),
  });
