import { Permission } from '@weir/contracts/options';
import {
  AccessServiceDefinition,
  BatchCheckAccessRequest,
  CheckAccessRequest,
  Role,
  Verdict,
} from '@weir/contracts/security';
import { median, quantile, result, type BenchResult } from '../bench.ts';
import { h2load, h2loadTimes, type Load } from '../h2load.ts';
import { bareCommits } from './bare-commits.ts';
import { loadPolicies } from './load-policies.ts';
import type { SecurityPart, SecurityTarget } from './target.ts';

const SERVICE = '/weir.security.v1.AccessService';
const POLICIES = 10_000;
const PER_SECOND = 200;
const MORE_PER_SECOND = 500;
const BATCH = 100;

/** How long a decision takes where the tenant has 10,000 policies, each decision recorded and audited. */
export const access: SecurityPart = async (target, { small, say }) => {
  const policies = small ? 1_000 : POLICIES;
  const calls = small ? 400 : 1_200;
  const { name } = await target.enroll('access-bench', [Role.DATA_ENGINEER]);
  await loadPolicies(target, policies, name);
  const question = questionOf(target.tenant, name);
  await requireAllowed(target, question);

  const check = { ...loadOf(target, question, await target.adminToken()), calls };
  const loads = { answer: { ...check, ...ANSWER }, read: { ...check, ...unrecorded(name) }, check };
  // The compiler has seen what comes: the first few thousand calls of a process are slower, and say nothing of the rest.
  for (const load of Object.values(loads)) await h2load({ ...load, calls: small ? 500 : 5_000 });
  await using commits = await bareCommits(target.databaseUrl);
  const rounds: Round[] = [];
  for (let round = 1; round <= (small ? 2 : 5); round += 1) {
    const paced = async (load: Load, perSecond: number) => (await h2loadTimes({ ...load, perSecond })).times;
    rounds.push({
      answer: await paced(loads.answer, PER_SECOND),
      read: await paced(loads.read, PER_SECOND),
      commit: await commits.times(calls, PER_SECOND),
      check: await paced(loads.check, PER_SECOND),
      checkMore: await paced(loads.check, MORE_PER_SECOND),
    });
    say(`  decisions, ${policies} policies, ${PER_SECOND} a second, round ${round}: ${wordsOf(rounds.at(-1))}`);
  }
  const greatest = await h2load({ ...check, connections: 4, inFlight: 8 });
  const batch = { ...check, ...batchOf(target.tenant, question), calls: calls / 10, connections: 4, inFlight: 1 };
  return [
    ...latencies(rounds),
    result('check_access_per_second', greatest),
    result('batch_decisions_per_second', (await h2load(batch)) * BATCH),
  ];
};

/** How long each call of a round took, in milliseconds, ascending. */
interface Round {
  /** A call that the server answers by itself: no interceptor, no database. What the machine takes for any call. */
  readonly answer: readonly number[];
  readonly read: readonly number[];
  readonly commit: readonly number[];
  readonly check: readonly number[];
  readonly checkMore: readonly number[];
}

function latencies(rounds: readonly Round[]): BenchResult[] {
  const over = (what: keyof Round, share: number): number =>
    median(rounds.map((round) => quantile(round[what], share)));
  const both = (name: string, what: keyof Round): BenchResult[] => [
    result(`${name}_p50_ms`, over(what, 0.5)),
    result(`${name}_p99_ms`, over(what, 0.99), what === 'check' ? { most: 2 } : undefined),
  ];
  return [
    ...both('bare_answer', 'answer'),
    ...both('read_one_row', 'read'),
    ...both('bare_commit', 'commit'),
    ...both('check_access', 'check'),
    ...both(`check_access_${MORE_PER_SECOND}_a_second`, 'checkMore'),
  ];
}

function wordsOf(round: Round | undefined): string {
  const of = (times: readonly number[] = []): string =>
    `${quantile(times, 0.5).toFixed(2)} and ${quantile(times, 0.99).toFixed(2)} ms`;
  return [
    `p50 and p99 ${of(round?.check)} (${MORE_PER_SECOND} a second ${of(round?.checkMore)})`,
    `a read of one row ${of(round?.read)}`,
    `a bare commit ${of(round?.commit)}`,
    `a bare answer ${of(round?.answer)}`,
  ].join('; ');
}

async function requireAllowed(target: SecurityTarget, question: ReturnType<typeof questionOf>): Promise<void> {
  const service = target.client(AccessServiceDefinition);
  const { decision } = await service.checkAccess({ tenant: target.tenant, question });
  if (decision?.verdict !== Verdict.ALLOW) {
    throw new Error(`the question of the bench is refused: ${decision?.message}`);
  }
}

const loadOf = (target: SecurityTarget, question: ReturnType<typeof questionOf>, token: string) => ({
  port: target.port,
  path: `${SERVICE}/CheckAccess`,
  message: CheckAccessRequest.encode(CheckAccessRequest.fromPartial({ tenant: target.tenant, question })).finish(),
  headers: { authorization: `Bearer ${token}` },
});

/** Whether the server serves (grpc.health.v1): an empty request, which grpc-js answers from a table. */
const ANSWER = { path: '/grpc.health.v1.Health/Check', message: Buffer.alloc(0) };

/** The baseline: a call through the same interceptors that reads one row and records nothing. */
const unrecorded = (name: string) => ({
  path: '/weir.security.v1.PrincipalService/GetPrincipal',
  message: Buffer.concat([Buffer.of(0x0a, Buffer.byteLength(name)), Buffer.from(name)]),
});

const questionOf = (tenant: string, principal: string) => ({
  principal,
  permission: Permission.PIPELINE,
  operation: 'process_data.profiling',
  resource: `${tenant}/datasets/dataset-4711`,
  dataTypes: ['customer'],
  context: { sourceIp: '10.1.2.3' },
});

const batchOf = (tenant: string, question: ReturnType<typeof questionOf>) => {
  const questions = Array.from({ length: BATCH }, () => question);
  const request = BatchCheckAccessRequest.fromPartial({ tenant, questions });
  return { path: `${SERVICE}/BatchCheckAccess`, message: BatchCheckAccessRequest.encode(request).finish() };
};
