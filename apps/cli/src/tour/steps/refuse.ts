import { setTimeout as wait } from 'node:timers/promises';
import { fixedToken } from '@weir/client';
import { CompatibilityMode } from '@weir/contracts/registry';
import { WeirError, type Reason } from '@weir/errors';
import { openSession } from '../../session.ts';
import { flightsComponent } from '../components.ts';
import { describeProblem, refusalOf } from '../problem.ts';
import { made, type Report, type Step, type Tour } from '../step.ts';
import { TENANT } from './onboard.ts';

/** Tries what must not work, and shows what a caller is told. */
export const refuse: Step = {
  title: 'Try what must be refused',

  async run(tour, report) {
    const acme = made(tour.acme, 'Onboard');
    const none = tour.stack.use(openSession(tour.addresses, undefined));
    await expectRefusal(
      report,
      'a foreign tenant',
      acme.tenants.getTenant({ name: 'tenants/globex' }),
      'FOREIGN_TENANT',
    );
    await expectRefusal(report, 'no token at all', none.tenants.getTenant({ name: TENANT }), 'TOKEN_MISSING');
    await expectRefusal(report, 'an expired token', withExpiredToken(tour), 'TOKEN_EXPIRED');
    await expectRefusal(
      report,
      'a missing permission',
      acme.principals.createPrincipal({ parent: TENANT, principalId: 'intruder' }),
      'PERMISSION_MISSING',
    );
    await expectRefusal(report, 'other content under a used version', otherContent(tour), 'VERSION_EXISTS');
    await expectRefusal(report, 'a version that drops a capability', lessCapable(tour), 'VERSION_INCOMPATIBLE');
    await expectRefusal(report, 'one job over the quota', overQuota(tour), 'JOB_SLOTS_EXHAUSTED');
  },
};

async function expectRefusal({ check }: Report, what: string, call: Promise<unknown>, reason: Reason): Promise<void> {
  const error = await refusalOf(call);
  const right = error instanceof WeirError && error.reason === reason;
  check(right, `${what}: ${error === undefined ? 'was not refused' : describeProblem(error)}`);
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Exchanges the account's token for one of a second, and waits for it to end. */
async function withExpiredToken(tour: Tour): Promise<unknown> {
  const acme = made(tour.acme, 'Onboard');
  const subjectToken = await acme.token();
  const { accessToken } = await acme.tokens.exchangeToken({ subjectToken, lifetime: { seconds: 1n, nanos: 0 } });
  const late = tour.stack.use(openSession(tour.addresses, fixedToken(accessToken)));
  // Verifiers allow for clocks that differ by some seconds.
  const deadline = Date.now() + 70_000;
  while (Date.now() < deadline) {
    await wait(250);
    const refusal = await refusalOf(late.tenants.getTenant({ name: TENANT }));
    if (refusal !== undefined) throw asError(refusal);
  }
  return undefined;
}

const otherContent = ({ admin }: Tour): Promise<unknown> =>
  admin.components.publishComponent({ component: { ...flightsComponent('1.0.0'), displayName: 'Not the same' } });

function lessCapable({ admin }: Tour): Promise<unknown> {
  const name = 'components/flights-quality/versions/1.2.0';
  const component = { ...flightsComponent('1.1.0'), name, capabilities: ['profiling'] };
  return admin.components.publishComponent({
    component,
    compatibility: CompatibilityMode.BACKWARD,
    validateOnly: true,
  });
}

/** Lowers the limit to one job, and asks for two at the same time. */
async function overQuota(tour: Tour): Promise<unknown> {
  const acme = made(tour.acme, 'Onboard');
  const { tenant } = await tour.admin.tenants.getTenant({ name: TENANT });
  await setJobLimit(tour, 1);
  try {
    const runs = await Promise.allSettled([1, 2].map(() => acme.agent.processData(flightsRun, { timeoutMs: 60_000 })));
    const refused = runs.find((run) => run.status === 'rejected');
    if (refused) throw asError(refused.reason);
    return undefined;
  } finally {
    await setJobLimit(tour, tenant?.limits?.maxConcurrentJobs ?? 10);
  }
}

const setJobLimit = ({ admin }: Tour, maxConcurrentJobs: number) =>
  admin.tenants.updateTenant({
    tenant: { name: TENANT, limits: { maxConcurrentJobs } },
    updateMask: ['limits.max_concurrent_jobs'],
  });

const flightsRun = {
  tenant: TENANT,
  run: {
    component: { component: 'components/flights-quality', selector: { $case: 'range' as const, value: '1.0.0' } },
    dataset: `${TENANT}/datasets/flights`,
    output: { datasetId: 'over-quota', overwrite: true },
  },
};
