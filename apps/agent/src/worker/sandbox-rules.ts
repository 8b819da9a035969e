// What a tenant's SELECT may be made of. Everything that is not named here is refused, so that a new DuckDB brings
// nothing in by itself; the spec goes through every function of the DuckDB that is installed.

/** Queries, by their `type` in DuckDB's tree. */
export const QUERIES: ReadonlySet<string> = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
  'CTE_NODE',
]);

/** What can stand in FROM, by its `type`. Not SHOW_REF: DESCRIBE and SHOW look at the catalog. */
export const SOURCES: ReadonlySet<string> = new Set([
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'EMPTY',
  'PIVOT',
]);

/** ORDER BY with its directions, LIMIT, DISTINCT. */
export const MODIFIERS: ReadonlySet<string> = new Set([
  'ASCENDING',
  'DESCENDING',
  'ORDER_DEFAULT',
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
]);

/** Expressions, by their `class`. */
export const EXPRESSIONS: ReadonlySet<string> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'DEFAULT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'PARAMETER',
  'POSITIONAL_REFERENCE',
  'STAR',
  'SUBQUERY',
  'TYPE',
  'WINDOW',
]);

/** Functions that can stand in FROM: they make rows out of their arguments alone. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'generate_series',
  'json_each',
  'json_tree',
  'range',
  'repeat',
  'unnest',
]);

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  'col_description',
  'combine',
  'create_sort_key',
  'current_catalog',
  'current_connection_id',
  'current_database',
  'current_query',
  'current_query_id',
  'current_role',
  'current_schema',
  'current_schemas',
  'current_setting',
  'current_transaction_id',
  'current_user',
  'currval',
  'finalize',
  'format_pg_type',
  'format_type',
  'get_block_size',
  'getvariable',
  'in_search_path',
  'inet_client_addr',
  'inet_client_port',
  'inet_server_addr',
  'inet_server_port',
  'json_deserialize_sql',
  'json_serialize_plan',
  'json_serialize_sql',
  'map_to_pg_oid',
  'nextval',
  'obj_description',
  'parse_duckdb_log_message',
  'remap_struct',
  'session_user',
  'setseed',
  'shobj_description',
  'sleep_ms',
  'stats',
  'txid_current',
  'user',
  'variant_bytes_to_variant',
  'vector_type',
  'version',
  'write_log',
]);
const FORBIDDEN_PREFIXES = /^(__internal|pg_|has_|duckdb_|icu_sort|getenv)/;
const ALLOWED_DESPITE_PREFIX: ReadonlySet<string> = new Set(['pg_typeof', 'pg_size_pretty']);

/** Whether a function looks at, or changes, anything but its arguments: the catalog, settings, the process. */
export const looksBeyondArguments = (name: string): boolean =>
  FORBIDDEN_NAMES.has(name) || (FORBIDDEN_PREFIXES.test(name) && !ALLOWED_DESPITE_PREFIX.has(name));
