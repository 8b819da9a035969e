import { setTimeout as wait } from 'node:timers/promises';
import { createClient, fixedToken, openChannel, type Client } from '@weir/client';
import { AgentServiceDefinition } from '@weir/contracts/agent';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import { DeploymentServiceDefinition } from '@weir/contracts/deployment';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { PrincipalServiceDefinition, Role, TokenServiceDefinition } from '@weir/contracts/security';
import { isReason } from '@weir/errors';
import { quantile, result } from '../bench.ts';
import type { SecurityPart, SecurityTarget } from './target.ts';

const PATIENCE_MS = 20_000;
// Five callers without a pause would measure how five services share the processors of one machine.
const ASK_EVERY_MS = 10;
const KINDS = ['token', 'principal', 'tenant'] as const;

/** How long after RevokeToken was sent each of the five services refuses the token, by asking it every 10 ms. */
export const revocation: SecurityPart = async (target, { small, say }) => {
  const rounds = small ? 3 : 20;
  const client = await target.enroll('revoked-bench', [Role.DATA_ADMIN]);
  const service = target.client(TokenServiceDefinition);
  const lags: number[] = [];
  const calls: number[] = [];
  for (let round = 0; round < rounds * KINDS.length; round += 1) {
    const { accessToken } = await service.issueToken({ clientId: client.name, clientSecret: client.secret });
    const targets = {
      token: { $case: 'token', value: accessToken },
      principal: { $case: 'principal', value: client.name },
      tenant: { $case: 'wholeTenant', value: true },
    } as const;
    const by = targets[KINDS[round % KINDS.length] ?? 'token'];
    const revoke = () => service.revokeToken({ tenant: target.tenant, target: by });
    const seen = await lagsOf(target, accessToken, revoke);
    lags.push(...seen.lags);
    calls.push(seen.callMs);
  }
  lags.sort((a, b) => a - b);
  calls.sort((a, b) => a - b);
  const within = lags.filter((lag) => lag <= 1_000).length / lags.length;
  say(
    `  revocation: ${lags.length} times seen by a service, p50 ${quantile(lags, 0.5).toFixed(1)} ms, ` +
      `p99 ${quantile(lags, 0.99).toFixed(1)} ms, longest ${quantile(lags, 1).toFixed(1)} ms; RevokeToken ` +
      `itself p50 ${quantile(calls, 0.5).toFixed(1)} ms, longest ${quantile(calls, 1).toFixed(1)} ms`,
  );
  return [
    result('revoke_call_p50_ms', quantile(calls, 0.5)),
    result('revocation_lag_p50_ms', quantile(lags, 0.5)),
    result('revocation_lag_p99_ms', quantile(lags, 0.99), { most: 1_000 }),
    result('revocation_within_1_s', within, { least: 0.99 }),
  ];
};

/** How long after a revocation was sent each service refused, and when it was answered, in milliseconds. */
interface Seen {
  readonly lags: readonly number[];
  readonly callMs: number;
}

/** Each service is asked over and over; the time from just before the revocation until the first refusal. */
async function lagsOf(target: SecurityTarget, token: string, revoke: () => Promise<unknown>): Promise<Seen> {
  await using stack = new AsyncDisposableStack();
  const calls = callsWith(target, token, stack);
  // The token is known everywhere before it is revoked, as one in use is.
  for (const call of calls) if (await isRefused(call)) throw new Error('the token was refused before it was revoked');
  const startedAt = performance.now();
  const refusals = calls.map(async (call) => {
    while (!(await isRefused(call))) {
      if (performance.now() - startedAt > PATIENCE_MS) throw new Error(`after ${PATIENCE_MS} ms it still counts`);
      await wait(ASK_EVERY_MS);
    }
    return performance.now() - startedAt;
  });
  await revoke();
  const callMs = performance.now() - startedAt;
  // Awaited here: the channels are closed when this returns.
  return { lags: await Promise.all(refusals), callMs };
}

function callsWith(target: SecurityTarget, token: string, stack: AsyncDisposableStack): (() => Promise<unknown>)[] {
  const open = <S extends Parameters<typeof createClient>[0]>(definition: S, service: string): Client<S> => {
    const address = target.address(service as Parameters<SecurityTarget['address']>[0]);
    return createClient(definition, stack.use(openChannel({ address, tokens: fixedToken(token) })));
  };
  const { tenant } = target;
  const registry = open(TenantServiceDefinition, 'registry');
  const security = open(PrincipalServiceDefinition, 'security');
  const audit = open(AuditServiceDefinition, 'audit');
  const agent = open(AgentServiceDefinition, 'agent');
  const deployment = open(DeploymentServiceDefinition, 'deployment');
  return [
    () => registry.getTenant({ name: tenant }),
    () => security.getPrincipal({ name: `${tenant}/principals/revoked-bench` }),
    () => audit.getCheckpoint({ tenant }),
    () => agent.listJobs({ parent: tenant, pageSize: 1 }),
    () => deployment.listDeployments({ parent: tenant, pageSize: 1 }),
  ];
}

/** Whatever else a service answers, it let the caller in. */
async function isRefused(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    return isReason(error, 'TOKEN_REVOKED');
  }
}
