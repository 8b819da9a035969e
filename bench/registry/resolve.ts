import { isReason } from '@weir/errors';
import { result, type BenchOptions, type BenchResult } from '../bench.ts';
import { describeLatencies, inTurns, percentile, throughput } from './measure.ts';
import { sampleVersion } from './samples.ts';
import { any, type Caller, type Subject } from './subject.ts';

const NODES = 50;
const MINORS = 10;

const node = (at: number): string => `graph-${String(at).padStart(2, '0')}`;

/** Each node needs up to three later ones: those next to it, and one twice as far. */
const needs = (at: number): Record<string, string> =>
  Object.fromEntries(
    [at + 1, at + 2, 2 * at + 1].filter((other) => other > at && other < NODES).map((other) => [node(other), '^1.2.0']),
  );

/** What a resolver has to read at least: the candidates of every node, and the content of the highest of each. */
const READ = `
  select v.component, v.key, v.version, v.clearance, v.lifecycle, m.digest, m.body
  from versions v left join manifests m on m.component = v.component and m.key = v.key
    and v.key = (select max(w.key) from versions w where w.component = v.component)
  where v.component = any($1::text[])`;

/** The lock of a graph of 50 components, beside one read of what it is made from. */
export async function resolve(subject: Subject, { say, small }: BenchOptions): Promise<BenchResult[]> {
  const callers = subject.tenants.slice(0, 4);
  await ensureGraph(subject, callers);
  const names = Array.from({ length: NODES }, (_, at) => node(at));
  const taken = await inTurns(small ? 50 : 500, {
    sql: () => subject.sql.query({ name: 'resolve', text: READ, values: [names] }),
    rpc: () => lockOf(any(callers)),
  });
  say(`  lock of ${NODES} components: ${describeLatencies(taken.rpc)}; bare read ${describeLatencies(taken.sql)}`);
  return [
    result('resolve_50_p99_ms', percentile(taken.rpc, 0.99)),
    result('resolve_50_p50_over_sql', percentile(taken.rpc, 0.5) / percentile(taken.sql, 0.5)),
    result('resolve_50_p99_over_sql', percentile(taken.rpc, 0.99) / percentile(taken.sql, 0.99)),
  ];
}

async function lockOf({ components, name }: Caller): Promise<void> {
  const requirements = [{ component: `components/${node(0)}`, selector: { $case: 'range' as const, value: '^1.0.0' } }];
  const { lock } = await components.resolveComponents({ tenant: name, requirements });
  if (lock?.components.length !== NODES) throw new Error(`the lock has ${lock?.components.length} components`);
}

/** Published and granted once; publishing again changes nothing. */
async function ensureGraph({ admin }: Subject, callers: readonly Caller[]): Promise<void> {
  const last = `components/${node(NODES - 1)}/versions/1.${MINORS - 1}.0`;
  const found = await admin.components.getComponent({ tenant: admin.name, name: last }).catch((error: unknown) => {
    if (!isReason(error, 'COMPONENT_NOT_FOUND')) throw error;
    return undefined;
  });
  if (!found) {
    await throughput(NODES * MINORS, 8, (at) => {
      const [of, minor] = [at % NODES, Math.floor(at / NODES)];
      return admin.components.publishComponent({ component: sampleVersion(node(of), `1.${minor}.0`, needs(of)) });
    });
  }
  for (const { name } of callers) {
    for (let at = 0; at < NODES; at += 1) {
      const grant = { tenant: name, component: `components/${node(at)}`, range: '^1.0.0' };
      await admin.components.grantAccess({ grant });
    }
  }
}
