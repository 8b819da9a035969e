import { EventFilter, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { enumValue, text } from '@weir/rpc';
import { z } from 'zod';
import { wordsIn } from '../domain/words.ts';

const names = (max: number) => z.array(text(1, 512)).max(max, `must have at most ${max} items`).transform(normal);

/** Which events, as requests say it; unset means all. Lists come out sorted and without repeats. */
export const filterSchema = z
  .object({
    startTime: z.date('must be a time').optional(),
    endTime: z.date('must be a time').optional(),
    principals: names(100),
    types: names(100),
    resources: names(100),
    sensitivities: z.array(enumValue(Sensitivity)).transform(normal),
    complianceFlags: names(32),
    outcomes: z.array(enumValue(Outcome)).transform(normal),
    traceId: z.string().regex(/^([0-9a-f]{32})?$/, 'must be 32 lower-case hexadecimal digits, or empty'),
    text: text(0, 200).refine((value) => value === '' || wordsIn(value).length > 0, 'must have a word'),
  })
  .refine(({ startTime, endTime }) => !startTime || !endTime || startTime < endTime, {
    path: ['endTime'],
    message: 'must be after start_time',
  })
  .optional()
  .transform((filter): EventFilter => ({ ...EventFilter.fromPartial({}), ...filter }));

function normal<T extends string | number>(values: T[]): T[] {
  return [...new Set(values)].sort();
}
