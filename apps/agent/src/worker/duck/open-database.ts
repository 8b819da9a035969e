import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { text } from './sql.ts';

/** What a run's database may use and reach. */
export interface DatabaseBounds {
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where it may put what does not fit into memory; nothing else is in this folder. */
  readonly spillDir: string;
  readonly spillBytes: number;
  /** The only files that it may open, symbolic links resolved, */
  readonly files: readonly string[];
  /** and those in this folder. */
  readonly scratch: string;
}

/** An open database. */
export interface OpenDatabase {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** Opens an empty database in memory that reaches nothing but `files` and `scratch` and whose settings cannot be changed any more. */
export async function openDatabase(bounds: DatabaseBounds): Promise<OpenDatabase> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of settings(bounds)) await connection.run(statement);
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const settings = ({ memoryBytes, threads, spillDir, spillBytes, files, scratch }: DatabaseBounds): string[] => [
  'set errors_as_json = true',
  `set memory_limit = '${memoryBytes}B'`,
  `set threads = ${threads}`,
  `set temp_directory = ${text(spillDir)}`,
  `set max_temp_directory_size = '${spillBytes}B'`,
  'set preserve_insertion_order = true',
  "set TimeZone = 'UTC'",
  'set enable_progress_bar = true',
  'set enable_progress_bar_print = false',
  'set autoinstall_known_extensions = false',
  'set autoload_known_extensions = false',
  'set allow_community_extensions = false',
  'set allow_persistent_secrets = false',
  'set allow_unredacted_secrets = false',
  // Tables of the run have a schema of their own: no name of theirs can meet one of DuckDB's.
  'create schema run',
  "set schema = 'run'",
  `set allowed_directories = [${text(`${scratch}/`)}]`,
  `set allowed_paths = [${files.map(text).join(', ')}]`,
  'set enable_external_access = false',
  'set lock_configuration = true',
];
