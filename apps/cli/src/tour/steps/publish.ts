import { CompatibilityMode, DataFormat } from '@weir/contracts/registry';
import { flightsComponent, moviesComponent } from '../components.ts';
import { customersComponent } from '../customers.ts';
import { made, type Account, type Report, type Step, type Tour } from '../step.ts';
import { TENANT } from './onboard.ts';

const FLIGHTS = 'components/flights-quality';
const FIRST = `${FLIGHTS}/versions/1.0.0`;
const NEXT = `${FLIGHTS}/versions/1.1.0`;

/** Publishes the components of the tour, grants them, and finds, locks and watches them as the tenant does. */
export const publish: Step = {
  title: 'Publish flights-quality@1.0.0, grant it, discover it',

  async run(tour, report) {
    const { check, tell } = report;
    const acme = made(tour.acme, 'Onboard');
    for (const component of [
      flightsComponent('1.0.0'),
      flightsComponent('1.1.0'),
      moviesComponent,
      customersComponent,
    ]) {
      const compatibility = CompatibilityMode.BACKWARD;
      const { component: published } = await tour.admin.components.publishComponent({ component, compatibility });
      tell(`published ${published?.name} ${published?.digest.slice(0, 19)}…`);
    }

    const again = await tour.admin.components.publishComponent({ component: flightsComponent('1.0.0') });
    check(again.component?.name === FIRST && !again.created, 'publishing the same content again changes nothing');

    for (const component of [FLIGHTS, 'components/movies-quality', 'components/customers-private']) {
      await tour.admin.components.grantAccess({ grant: { tenant: TENANT, component, range: '^1.0.0' } });
    }
    await discover(acme, report);
    await lock(acme, report);
    await watch(tour, acme, report);
  },
};

async function discover(acme: Account, { check, tell }: Report): Promise<void> {
  const filter = { capabilities: ['data_quality', 'aggregation'], dataFormats: [DataFormat.PARQUET] };
  const { components } = await acme.components.discoverComponents({ tenant: TENANT, filter });
  const found = components.map(({ name }) => name);
  check(
    found.includes(FIRST),
    `acme looks for data_quality and aggregation on Parquet, and finds ${found.length}: ${found.join(', ')}`,
  );
  const { facets, totalVersions } = await acme.components.getFacets({ tenant: TENANT });
  const counts = facets[0]?.values.map(({ value, count }) => `${value} ${count}`);
  tell(`of ${totalVersions} versions that it sees: ${counts?.join(', ')}`);
}

async function lock(acme: Account, { check }: Report): Promise<void> {
  const requirements = [{ component: FLIGHTS, selector: { $case: 'range' as const, value: '^1.0.0' } }];
  const first = await acme.components.resolveComponents({ tenant: TENANT, requirements });
  const second = await acme.components.resolveComponents({ tenant: TENANT, requirements });
  check(
    first.lock !== undefined && first.lock.digest === second.lock?.digest,
    `^1.0.0 resolves to ${first.lock?.components[0]?.name}, lock ${first.lock?.digest.slice(0, 19)}…, and so it does again`,
  );
}

/** A watch hears at once when an alias is pointed elsewhere. */
async function watch(tour: Tour, acme: Account, { check }: Report): Promise<void> {
  const point = (version: string) => tour.admin.components.setAlias({ name: `${FLIGHTS}/aliases/candidate`, version });
  await point(FIRST);
  const stop = new AbortController();
  let known = 0;
  let movedAt = Infinity;
  const request = { tenant: TENANT, component: FLIGHTS };
  for await (const { event } of acme.components.watchComponents(request, { signal: stop.signal, timeoutMs: 30_000 })) {
    if (event?.$case === 'bookmark' && event.value.snapshotComplete) {
      await point(NEXT);
      movedAt = Date.now();
    } else if (event?.$case === 'put' && movedAt === Infinity) known += 1;
    else if (event?.$case === 'put' && event.value.name === NEXT && event.value.aliases.includes('candidate')) {
      check(
        known > 0,
        `a watch of ${known} versions hears that "candidate" is 1.1.0 now, ${Date.now() - movedAt} ms later`,
      );
      break;
    }
  }
  stop.abort();
}
