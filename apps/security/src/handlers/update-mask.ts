import { camelCase } from '@weir/contracts';
import { z } from 'zod';

/** The `update_mask` of a request: at least one of the fields that can be changed. */
export const updateMask = <const F extends readonly [string, ...string[]]>(fields: F) =>
  z.array(z.enum(fields, `must be one of ${fields.join(', ')}`), 'is required').min(1, 'is required');

/**
 * Takes the fields that the mask does not name out of `resource` before it is checked, so that only what changes must
 * be right; in the schema each of them is optional.
 */
export const masked = <S extends z.ZodType>(resource: string, fields: readonly string[], schema: S) =>
  z.preprocess((request: unknown) => {
    if (!isRecord(request) || !isRecord(request[resource])) return request;
    const { updateMask: mask } = request;
    const left = fields.filter((field) => !(Array.isArray(mask) && mask.includes(field))).map(camelCase);
    const kept = Object.entries(request[resource]).filter(([name]) => !left.includes(name));
    return { ...request, [resource]: Object.fromEntries(kept) };
  }, schema);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
