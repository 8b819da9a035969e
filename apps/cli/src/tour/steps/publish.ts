import { DataFormat } from '@weir/contracts/registry';
import { flightsComponent, moviesComponent } from '../components.ts';
import { made, type Step } from '../step.ts';
import { TENANT } from './onboard.ts';

/** Publishes the components of the tour, grants them, and finds them as the tenant does. */
export const publish: Step = {
  title: 'Publish flights-quality@1.0.0, grant it, discover it',

  async run(tour, { check, tell }) {
    const acme = made(tour.acme, 'Onboard');
    for (const component of [flightsComponent('1.0.0'), flightsComponent('1.1.0'), moviesComponent]) {
      const { component: published } = await tour.admin.components.publishComponent({ component });
      tell(`published ${published?.name} ${published?.digest.slice(0, 19)}…`);
    }

    const again = await tour.admin.components.publishComponent({ component: flightsComponent('1.0.0') });
    check(
      again.component?.name === flightsComponent('1.0.0').name,
      'publishing the same content again changes nothing',
    );

    for (const component of ['components/flights-quality', 'components/movies-quality']) {
      await tour.admin.components.grantAccess({ grant: { tenant: TENANT, component, range: '^1.0.0' } });
    }
    const filter = { capabilities: ['data_quality', 'aggregation'], dataFormats: [DataFormat.PARQUET] };
    const { components } = await acme.components.discoverComponents({ tenant: TENANT, filter });
    const found = components.map(({ name }) => name);
    check(
      found.includes('components/flights-quality/versions/1.0.0'),
      `acme looks for data_quality and aggregation on Parquet, and finds ${found.length}: ${found.join(', ')}`,
    );
  },
};
