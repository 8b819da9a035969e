import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of one run. */
export interface Scratch extends AsyncDisposable {
  /** Copies of inputs without what is malformed. */
  readonly work: string;
  /** What does not fit into memory. */
  readonly spill: string;
  /** Links to the inputs, named by step: their own names may mean something to DuckDB. */
  readonly inputs: string;
  /** Remembers unfinished outputs, which are removed with the scratch when the worker dies. */
  remember(files: readonly string[]): Promise<void>;
}

/** The file that names unfinished outputs. */
export const UNFINISHED = 'unfinished.json';

/** Makes the folders of a run below `root`; disposing removes them. */
export async function openScratch(root: string): Promise<Scratch> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root, 'run-'));
  const [work, spill, inputs] = ['work', 'spill', 'inputs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([work, spill, inputs].map((path) => mkdir(path)));
  return {
    work,
    spill,
    inputs,
    remember: (files) => writeFile(join(folder, UNFINISHED), JSON.stringify(files)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
