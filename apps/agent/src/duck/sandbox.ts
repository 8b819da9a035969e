import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { literal } from './relation.ts';

/** What a sandbox may use. */
export interface SandboxLimits {
  readonly memoryBytes: number;
  readonly threads: number;
}

/** A connection that reads the given files and nothing else: no other path, no network, no extension, no setting. */
export async function openSandbox(paths: readonly string[], limits: SandboxLimits) {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(limits.memoryBytes / 1024)}KiB`,
    threads: String(limits.threads),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: '',
  });
  const connection = await instance.connect();
  await connection.run(`set TimeZone = 'UTC'`);
  await connection.run(`set allowed_paths = [${paths.map(literal).join(', ')}]`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
  return {
    connection,
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  } satisfies { connection: DuckDBConnection } & Disposable;
}
