import { createRequire } from 'node:module';

/** The version of the worker's own software. */
export const SOFTWARE_VERSION = '0.1.0';

const resolve = createRequire(import.meta.url);

/** The version of DuckDB, known without loading it. */
export const ENGINE_VERSION = (resolve('@duckdb/node-api/package.json') as { version: string }).version.replace(
  /-.*$/,
  '',
);
