import { Permission } from '@weir/contracts/options';
import {
  AccessServiceDefinition,
  BatchCheckAccessRequest,
  CheckAccessRequest,
  Role,
  Verdict,
} from '@weir/contracts/security';
import { median, quantile, result, type BenchResult } from '../bench.ts';
import { h2load, h2loadTimes } from '../h2load.ts';
import { bareCommits } from './bare-commits.ts';
import { loadPolicies } from './load-policies.ts';
import type { SecurityPart, SecurityTarget } from './target.ts';

const SERVICE = '/weir.security.v1.AccessService';
const POLICIES = 10_000;
const PER_SECOND = 200;
const BATCH = 100;

/** How long a decision takes where the tenant has 10,000 policies, each decision recorded and audited. */
export const access: SecurityPart = async (target, { small, say }) => {
  const policies = small ? 1_000 : POLICIES;
  const calls = small ? 400 : 1_200;
  const { name } = await target.enroll('access-bench', [Role.DATA_ENGINEER]);
  await loadPolicies(target, policies, name);
  const question = questionOf(target.tenant, name);
  await requireAllowed(target, question);

  const load = { ...loadOf(target, question, await target.adminToken()), calls };
  // Warm, and the compiler has seen what comes.
  await h2loadTimes({ ...load, perSecond: PER_SECOND, calls: PER_SECOND * 5 });
  await using commits = await bareCommits(target.databaseUrl);
  const rounds: Round[] = [];
  for (let round = 1; round <= (small ? 2 : 5); round += 1) {
    const read = await h2loadTimes({ ...load, perSecond: PER_SECOND, calls: calls / 2, ...unrecorded(name) });
    const commit = await commits.times(calls / 2, PER_SECOND);
    const check = await h2loadTimes({ ...load, perSecond: PER_SECOND });
    rounds.push({ read: read.times, commit, check: check.times });
    say(`  decisions, ${policies} policies, ${PER_SECOND} a second, round ${round}: ${wordsOf(rounds.at(-1))}`);
  }
  const greatest = await h2load({ ...load, inFlight: 8 });
  const batches = await h2load({ ...load, ...batchOf(target.tenant, question), calls: calls / 10, inFlight: 1 });
  return [
    ...latencies(rounds),
    result('check_access_per_second', greatest),
    result('batch_decisions_per_second', batches * BATCH),
  ];
};

/** How long each call of a round took, in milliseconds, ascending. */
interface Round {
  readonly read: readonly number[];
  readonly commit: readonly number[];
  readonly check: readonly number[];
}

function latencies(rounds: readonly Round[]): BenchResult[] {
  const over = (times: (round: Round) => readonly number[], share: number): number =>
    median(rounds.map((round) => quantile(times(round), share)));
  return [
    result(
      'read_one_row_p99_ms',
      over(({ read }) => read, 0.99),
    ),
    result(
      'bare_commit_p99_ms',
      over(({ commit }) => commit, 0.99),
    ),
    result(
      'check_access_p50_ms',
      over(({ check }) => check, 0.5),
    ),
    result(
      'check_access_p99_ms',
      over(({ check }) => check, 0.99),
      { most: 2 },
    ),
  ];
}

function wordsOf(round: Round | undefined): string {
  const of = (times: readonly number[] = []): string =>
    `${quantile(times, 0.5).toFixed(2)} and ${quantile(times, 0.99).toFixed(2)} ms`;
  return `p50 and p99 ${of(round?.check)}; a read of one row ${of(round?.read)}; a bare commit ${of(round?.commit)}`;
}

async function requireAllowed(target: SecurityTarget, question: ReturnType<typeof questionOf>): Promise<void> {
  const service = target.client(AccessServiceDefinition);
  const { decision } = await service.checkAccess({ tenant: target.tenant, question });
  if (decision?.verdict !== Verdict.ALLOW) {
    throw new Error(`the question of the bench is refused: ${decision?.message}`);
  }
}

/** Four callers, who do not wait for each other. */
const loadOf = (target: SecurityTarget, question: ReturnType<typeof questionOf>, token: string) => ({
  port: target.port,
  path: `${SERVICE}/CheckAccess`,
  message: CheckAccessRequest.encode(CheckAccessRequest.fromPartial({ tenant: target.tenant, question })).finish(),
  headers: { authorization: `Bearer ${token}` },
  connections: 4,
});

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
