import type { DuckDBConnection } from '@duckdb/node-api';
import { first } from './duck/rows.ts';
import { StepFailure } from './duck/step-failure.ts';
import { EXPRESSIONS, looksBeyondArguments, MODIFIERS, QUERIES, SOURCES, TABLE_FUNCTIONS } from './sandbox-rules.ts';

/** What a tenant's statement was found to use. */
export interface CheckedQuery {
  /** The statement in parentheses, ready to stand in FROM. */
  readonly source: string;
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  /** The tables of earlier steps that it reads. */
  readonly tables: readonly string[];
}

interface Node {
  readonly [key: string]: unknown;
}
type Scope = ReadonlySet<string>;

/**
 * Reads a tenant's statement with DuckDB's own parser and refuses whatever is not one SELECT over `tables` and its
 * parameters. Throws SQL_INVALID or SQL_FORBIDDEN with the place in the statement.
 */
export async function checkQuery(
  connection: DuckDBConnection,
  step: string,
  sql: string,
  tables: ReadonlySet<string>,
): Promise<CheckedQuery> {
  const at = placer(step, sql);
  await parse(connection, sql, at);
  // What is looked at is what is executed: the statement as it will stand in FROM.
  const source = `(${sql.replace(/[;\s]+$/, '')}\n)`;
  const walk = new Walk(tables, (reason, problem, position) => at(reason, problem, shifted(position)));
  walk.all(await parse(connection, PREFIX + source, () => at('SQL_INVALID', 'something follows its semicolon')));
  return { source, parameters: [...walk.parameters], tables: [...walk.used] };
}

const PREFIX = 'from ';
const shifted = (position: number | undefined): number | undefined =>
  position === undefined ? undefined : Math.max(0, position - PREFIX.length - '('.length);

type Problem = 'SQL_INVALID' | 'SQL_FORBIDDEN';
type Placer = (reason: Problem, problem: string, position?: number) => StepFailure;

async function parse(connection: DuckDBConnection, sql: string, at: Placer): Promise<Node> {
  const [json] = await first(connection, 'select json_serialize_sql($sql::varchar)', { values: { sql }, types: {} });
  const parsed = JSON.parse(String(json)) as Node;
  if (parsed['error'] === true) {
    const message = String(parsed['error_message']);
    if (parsed['error_type'] === 'not implemented') throw at('SQL_FORBIDDEN', 'it is not a SELECT statement');
    throw at('SQL_INVALID', message, positionOf(parsed['position']));
  }
  const statements = parsed['statements'] as readonly Node[];
  const [statement] = statements;
  if (!statement) throw at('SQL_INVALID', 'it holds no statement');
  if (statements.length > 1) throw at('SQL_FORBIDDEN', `it holds ${statements.length} statements`);
  return statement['node'] as Node;
}

/** Goes through a tree without recursion, so that its depth is no danger. */
class Walk {
  readonly parameters = new Set<string>();
  readonly used = new Set<string>();
  readonly #tables: ReadonlySet<string>;
  readonly #at: Placer;
  readonly #waiting: (readonly [unknown, Scope])[] = [];

  constructor(tables: ReadonlySet<string>, at: Placer) {
    this.#tables = tables;
    this.#at = at;
  }

  all(tree: Node): void {
    this.#waiting.push([tree, new Set()]);
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) this.#visit(...next);
  }

  #visit(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) for (const item of value) this.#waiting.push([item, scope]);
    else if (typeof value === 'object' && value !== null) this.#node(value as Node, scope);
  }

  #node(node: Node, scope: Scope): void {
    const { class: expression, type } = node;
    if (typeof expression === 'string') this.#expression(node, expression);
    else if (typeof type === 'string') this.#structure(node, type, scope);
    const inner = this.#enter(node, scope);
    // A literal is data: whatever it looks like, it is no part of the statement.
    for (const [key, child] of Object.entries(node)) {
      if (key !== 'cte_map' && !(key === 'value' && expression === 'CONSTANT')) this.#waiting.push([child, inner]);
    }
  }

  /** Names that WITH gives: each is known to those after it, and to the query itself. */
  #enter(node: Node, scope: Scope): Scope {
    const entries = (node['cte_map'] as { map?: readonly Node[] } | undefined)?.map ?? [];
    let inner = typeof node['cte_name'] === 'string' ? with_(scope, node['cte_name']) : scope;
    for (const entry of entries) {
      this.#waiting.push([entry['value'], inner]);
      inner = with_(inner, String(entry['key']));
    }
    return inner;
  }

  #expression(node: Node, kind: string): void {
    if (!EXPRESSIONS.has(kind)) throw this.#at('SQL_FORBIDDEN', `it uses ${words(kind)}`, locationOf(node));
    if (kind === 'PARAMETER') this.parameters.add(String(node['identifier']));
    if (kind === 'FUNCTION' || kind === 'WINDOW') this.#function(node);
  }

  #function(node: Node): void {
    const name = String(node['function_name']).toLowerCase();
    const place = locationOf(node);
    if (looksBeyondArguments(name)) throw this.#at('SQL_FORBIDDEN', `it calls ${name}()`, place);
  }

  #structure(node: Node, type: string, scope: Scope): void {
    if (SOURCES.has(type)) this.#source(node, type, scope);
    else if (!QUERIES.has(type) && !MODIFIERS.has(type) && !type.endsWith('_TYPE_INFO')) {
      throw this.#at('SQL_FORBIDDEN', `it uses ${words(type)}`, locationOf(node));
    }
  }

  #source(node: Node, type: string, scope: Scope): void {
    if (type === 'TABLE_FUNCTION') {
      const { function: call } = node as { function?: Node };
      const name = String(call?.['function_name']).toLowerCase();
      if (!TABLE_FUNCTIONS.has(name)) throw this.#at('SQL_FORBIDDEN', `it reads from ${name}()`, locationOf(node));
    }
    if (type === 'BASE_TABLE') this.#table(node, scope);
  }

  #table(node: Node, scope: Scope): void {
    const name = String(node['table_name']);
    const place = locationOf(node);
    if (isQualified(node)) throw this.#at('SQL_FORBIDDEN', `it names the table ${name} with a schema`, place);
    const known = name.toLowerCase();
    if (scope.has(known)) return;
    if (this.#tables.has(known)) this.used.add(known);
    else if (/^[a-z][a-z0-9_]{0,62}$/.test(known) && !/^(pg|sqlite|duckdb|pragma)_/.test(known)) {
      const tables = [...this.#tables].join(', ');
      throw this.#at('SQL_INVALID', `there is no table "${name}"; earlier steps are ${tables}`, place);
    } else throw this.#at('SQL_FORBIDDEN', `it reads from "${name}", which is no earlier step`, place);
  }
}

const with_ = (scope: Scope, name: string): Scope => new Set([...scope, name.toLowerCase()]);

const isQualified = ({ schema_name: schema, catalog_name: catalog }: Node): boolean => schema !== '' || catalog !== '';

const words = (kind: string): string => kind.toLowerCase().replaceAll('_', ' ').replace(/ ref$/, '');

const locationOf = (node: Node): number | undefined => positionOf(node['query_location']);

/** DuckDB counts in bytes, and says 2^64 - 1 when it does not know. */
function positionOf(value: unknown): number | undefined {
  const position = Number(value);
  return Number.isSafeInteger(position) ? position : undefined;
}

/** Makes failures that say line and column. */
export function placer(step: string, sql: string): Placer {
  return (reason, problem, position) => {
    if (position === undefined) return new StepFailure(reason, { step, problem });
    const before = Buffer.from(sql).subarray(0, position).toString();
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    return new StepFailure(reason, { step, problem: `${problem} (line ${line}, column ${column})`, line, column });
  };
}
