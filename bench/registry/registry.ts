import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@weir/database/embedded';
import type { Bench, BenchOptions, BenchResult } from '../bench.ts';
import { versionsIn, type CatalogueSize } from './catalogue.ts';
import { discovery } from './discovery.ts';
import { facets } from './facets.ts';
import { fanOut } from './fan-out.ts';
import { databaseOf, dropOthers, isLoaded, loadCatalogue } from './load-catalogue.ts';
import { pointReads } from './point-reads.ts';
import { publish } from './publish.ts';
import { resolve } from './resolve.ts';
import { startSubject, type Subject } from './subject.ts';

const FULL: readonly CatalogueSize[] = [
  { components: 1_200, tenants: 1_800, granted: 300 },
  { components: 120_000, tenants: 1_800, granted: 300 },
];
const SMALL: readonly CatalogueSize[] = [
  { components: 120, tenants: 100, granted: 60 },
  { components: 12_000, tenants: 100, granted: 60 },
];

// The databases stay: loading them is the longest part. Not below .weir, which only its owner may enter.
const FOLDER = join(import.meta.dirname, '../../.weir-bench/registry');

/** The registry at scale: every question beside the leanest way to answer it, on the same database, in the same run. */
export const registry: Bench = {
  question: 'does the catalogue stay fast at 2,400,000 versions?',

  async run(options) {
    const sizes = options.small ? SMALL : FULL;
    await using server = await startEmbeddedPostgres({ dataDir: FOLDER, durable: true });
    await dropOthers(server, [...SMALL, ...FULL].map(databaseOf));
    const stack = new AsyncDisposableStack();
    await using _ = stack;
    const subjects: Subject[] = [];
    for (const size of sizes) subjects.push(stack.use(await loaded(server, size, options)));
    const [small, large] = subjects;
    if (!small || !large) throw new Error('two sizes are compared');

    const { say } = options;
    say(`${large.size.tenants.toLocaleString('en')} tenants, ${large.size.granted} components granted to each`);
    const results: BenchResult[] = await discovery(small, large, options);
    for (const question of [facets, resolve, pointReads, publish, fanOut]) {
      results.push(...(await question(large, options)));
    }
    return results;
  },
};

/** A registry on the catalogue of a size, which is loaded first if it is not there whole. */
async function loaded(server: EmbeddedPostgres, size: CatalogueSize, options: BenchOptions): Promise<Subject> {
  const name = databaseOf(size);
  const url = await server.ensureDatabase(name);
  const subject = await startSubject(url, size);
  if (!(await isLoaded(url))) {
    options.say(`loading ${versionsIn(size).toLocaleString('en')} versions, once, into the database ${name}`);
    await loadCatalogue(url, size, options);
  }
  return subject;
}
