import { invalid, reason } from '@weir/errors';
import { formatOf, packingOf } from './formats.ts';
import { ruleOf } from './plan-anonymization.ts';
import { planExpectation } from './plan-expectation.ts';
import type { CsvLayout, ReadPlan, StepPlan, WritePlan } from './plan.ts';
import type { ExecuteOrder } from './request.ts';
import { csvSchema, type OrderedCsv, type OrderedStep } from './step-schema.ts';

const DEFAULT_TOP_VALUES = 10;
const UNSPECIFIED = 0;

type Config<C extends string> = Extract<OrderedStep['config'], { $case: C }>['value'];

/** One step with its defaults filled in. Its file is named by its id. */
export function planStep(order: ExecuteOrder, { id, config }: OrderedStep, input: string): StepPlan {
  switch (config.$case) {
    case 'read':
      return planRead(order, id, config.value);
    case 'sql':
      return { kind: 'sql', id, query: config.value.query };
    case 'validate': {
      const { expectations, minScore, continueOnError } = config.value;
      return {
        kind: 'validate',
        id,
        input,
        minScore,
        continueOnError,
        expectations: expectations.map(planExpectation),
      };
    }
    case 'profile': {
      const { columns, topValues = DEFAULT_TOP_VALUES } = config.value;
      return { kind: 'profile', id, input, columns, topValues };
    }
    case 'write':
      return planWrite(order, id, input, config.value);
    case 'anonymize': {
      const { rules, detect } = config.value;
      return { kind: 'anonymize', id, input, rules: rules.map(ruleOf), detect: detect ?? true, isOwed: false };
    }
    default:
      throw reason('STEP_NOT_BUILT', { step: id, kind: config.$case });
  }
}

function planRead({ inputs }: ExecuteOrder, id: string, config: Config<'read'>): ReadPlan {
  const location = inputs[id];
  const format = formatOf(id, location?.format ?? UNSPECIFIED);
  if (config.format !== UNSPECIFIED && formatOf(id, config.format) !== format) {
    const problem = `it reads ${formatOf(id, config.format)}, and the dataset is ${format}`;
    throw reason('INPUT_UNREADABLE', { step: id, problem });
  }
  return {
    kind: 'read',
    id,
    file: id,
    format,
    csv: layoutOf(config.csv ?? csvSchema.safeParse(location?.csv).data),
    columns: config.columns,
    columnTypes: config.columnTypes,
    skipMalformed: config.skipMalformedRows,
  };
}

const layoutOf = (csv: OrderedCsv | undefined): CsvLayout => ({
  delimiter: csv?.delimiter === '' ? undefined : csv?.delimiter,
  quote: csv?.quote === '' || csv === undefined ? '"' : csv.quote,
  header: csv?.header,
  nullTexts: csv?.nullTexts ?? [],
});

function planWrite({ outputs }: ExecuteOrder, id: string, input: string, config: Config<'write'>): WritePlan {
  const format = formatOf(id, config.format);
  const wanted = outputs[id]?.format ?? UNSPECIFIED;
  const packing = packingOf(config.compression, format);
  if (wanted !== UNSPECIFIED && formatOf(id, wanted) !== format) {
    throw invalid([{ field: `outputs.${id}.format`, description: `must be ${format}, as step ${id} says` }]);
  }
  if (!packing) throw invalid([{ field: `pipeline.steps.${id}.compression`, description: `is not for ${format}` }]);
  return { kind: 'write', id, input, format, packing, file: id };
}
