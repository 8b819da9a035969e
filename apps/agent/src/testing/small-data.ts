import { DataFormat } from '@weir/contracts/registry';
import { writeFile } from 'node:fs/promises';
import { expects } from './expectations.ts';
import { at, type TestWorker } from './start-test-worker.ts';

/** What a run reads as `data`. */
export type SmallData = Readonly<Record<'data', ReturnType<typeof at>>>;

/** Puts three rows, the last without a name, into the worker's folder: the inputs of runs that read them. */
export async function smallData(worker: TestWorker): Promise<SmallData> {
  const path = worker.path('small.csv');
  await writeFile(path, 'id,name\n1,a\n2,b\n3,\n');
  return { data: at(path, DataFormat.CSV) };
}

/** What the last of them breaks. */
export const nameIsKnown = expects('name-is-known', { $case: 'notNull', value: { column: 'name' } });
