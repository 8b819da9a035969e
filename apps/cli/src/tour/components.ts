import { Clearance, Certification, DataFormat, Severity, type ComponentVersion } from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';

type Published = DeepPartial<ComponentVersion> & { name: string };

const text = (value: string) => ({ value: { $case: 'text' as const, value } });
const integer = (value: number) => ({ value: { $case: 'integer' as const, value: BigInt(value) } });

/** Checks three million flights and sums them up by airport. 1.1.0 also tells how often each airport is late. */
export const flightsComponent = (version: '1.0.0' | '1.1.0'): Published => ({
  name: `components/flights-quality/versions/${version}`,
  displayName: 'Flights quality',
  description: 'Checks flight records and sums up delays by airport of origin.',
  capabilities: ['data_quality', 'profiling', 'aggregation'],
  dataFormats: [DataFormat.PARQUET, DataFormat.CSV],
  resources: { cpuMillicores: 1000, memoryBytes: 512n * 1024n * 1024n },
  clearance: Clearance.INTERNAL,
  certifications: [Certification.SOC2],
  runtime: { kind: { $case: 'pipeline', value: { steps: flightSteps(version) } } },
});

const flightSteps = (version: '1.0.0' | '1.1.0') => [
  { id: 'flights', config: { $case: 'read' as const, value: {} } },
  { id: 'checks', config: { $case: 'validate' as const, value: { minScore: 0.9, expectations: flightExpectations } } },
  { id: 'columns', input: 'flights', config: { $case: 'profile' as const, value: { topValues: 3 } } },
  { id: 'by_airport', config: { $case: 'sql' as const, value: { query: byAirport(version) } } },
  { id: 'result', config: { $case: 'write' as const, value: { format: DataFormat.PARQUET } } },
];

const byAirport = (version: '1.0.0' | '1.1.0'): string => {
  const late = version === '1.1.0' ? ', avg(CAST(delay > 15 AS INTEGER)) AS late_share' : '';
  return (
    `SELECT origin, count(*) AS flights, avg(delay) AS mean_delay, max(distance) AS longest${late} ` +
    'FROM flights GROUP BY origin ORDER BY flights DESC, origin'
  );
};

const flightExpectations = [
  { id: 'not-empty', severity: Severity.ERROR, check: { $case: 'rowCount' as const, value: { min: 1_000n } } },
  { id: 'date-known', severity: Severity.ERROR, check: { $case: 'notNull' as const, value: { column: 'date' } } },
  {
    id: 'airport-code',
    severity: Severity.ERROR,
    check: { $case: 'matches' as const, value: { column: 'origin', pattern: '[A-Z]{3}' } },
  },
  {
    id: 'distance-plausible',
    severity: Severity.ERROR,
    check: { $case: 'inRange' as const, value: { column: 'distance', min: integer(1), max: integer(5_500) } },
  },
  {
    id: 'delay-plausible',
    description: 'Nothing leaves more than two hours early or a day late.',
    severity: Severity.WARNING,
    maxEvidenceRows: 3,
    check: { $case: 'inRange' as const, value: { column: 'delay', min: integer(-120), max: integer(1_440) } },
  },
  {
    id: 'goes-somewhere',
    severity: Severity.WARNING,
    maxEvidenceRows: 3,
    check: { $case: 'customSql' as const, value: { query: 'SELECT * FROM flights WHERE origin = destination' } },
  },
];

// Two-digit years that were read as the wrong century.
const FUTURE = `coalesce(try_strptime("Release Date", '%b %d %Y') > TIMESTAMP '2011-01-01', false)`;

/** Checks the famously dirty movies of vega-datasets, and keeps what is fit for use. */
export const moviesComponent: Published = {
  name: 'components/movies-quality/versions/1.0.0',
  displayName: 'Movies quality',
  description: 'Finds what is wrong with a list of movies and keeps the rows that are fit for use.',
  capabilities: ['data_quality', 'profiling', 'cleaning'],
  dataFormats: [DataFormat.JSON],
  resources: { cpuMillicores: 500, memoryBytes: 256n * 1024n * 1024n },
  clearance: Clearance.INTERNAL,
  runtime: { kind: { $case: 'pipeline', value: { steps: movieSteps() } } },
};

function movieSteps() {
  const ratings = ['G', 'PG', 'PG-13', 'R', 'NC-17', 'Not Rated'].map(text);
  const column = (name: string) => ({ column: name });
  const expectations = [
    { id: 'title-known', check: { $case: 'notNull' as const, value: column('Title') } },
    { id: 'title-unique', check: { $case: 'unique' as const, value: { columns: ['Title'] } } },
    { id: 'director-known', check: { $case: 'notNull' as const, value: column('Director') } },
    { id: 'rating-known', check: { $case: 'inSet' as const, value: { ...column('MPAA Rating'), values: ratings } } },
    {
      id: 'released-already',
      description: 'Two-digit years were read as the wrong century.',
      check: {
        $case: 'customSql' as const,
        value: { query: `SELECT "Title", "Release Date" FROM movies WHERE ${FUTURE}` },
      },
    },
    {
      id: 'title-is-text',
      description: 'Some titles are numbers.',
      check: { $case: 'matches' as const, value: { ...column('Title'), pattern: '.*[A-Za-z].*' } },
    },
  ].map((expectation) => ({ severity: Severity.WARNING, maxEvidenceRows: 3, ...expectation }));
  return [
    { id: 'movies', config: { $case: 'read' as const, value: {} } },
    { id: 'checks', config: { $case: 'validate' as const, value: { expectations } } },
    { id: 'columns', input: 'movies', config: { $case: 'profile' as const, value: { topValues: 3 } } },
    {
      id: 'fit',
      config: {
        $case: 'sql' as const,
        value: {
          query: `SELECT * FROM movies WHERE "Title" IS NOT NULL AND "Director" IS NOT NULL AND NOT (${FUTURE})`,
        },
      },
    },
    { id: 'result', config: { $case: 'write' as const, value: { format: DataFormat.PARQUET } } },
  ];
}
