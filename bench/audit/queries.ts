import type { DeepPartial } from '@weir/contracts';
import { Outcome, type QueryEventsRequest } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { timeAt, traceAt } from './events.ts';
import type { AuditClient, History } from './history.ts';
import { latencies } from './latencies.ts';

type Filter = NonNullable<DeepPartial<QueryEventsRequest>['filter']>;

/** What auditors ask, by a name; `at` is some event of the history. */
const QUESTIONS: Readonly<Record<string, (at: number, tenant: string) => Filter>> = {
  newest: () => ({}),
  principal: (at, tenant) => ({ principals: [`${tenant}/principals/p-${at % 2_000}`] }),
  principal_and_refused: (at, tenant) => ({
    principals: [`${tenant}/principals/p-${at % 2_000}`],
    outcomes: [Outcome.REFUSED],
  }),
  type: () => ({ types: ['upload_dataset'] }),
  dataset: (at, tenant) => ({ resources: [`${tenant}/datasets/d-${at % 50_000}`] }),
  job: (at, tenant) => ({ resources: [`${tenant}/jobs/j-${at}`] }),
  trace: (at) => ({ traceId: traceAt(at) }),
  flag_and_sensitivity: () => ({ complianceFlags: ['pii_detected'], sensitivities: [Sensitivity.CRITICAL] }),
  day: (at) => ({ startTime: timeAt(at), endTime: timeAt(at + 86_400) }),
  day_and_principal: (at, tenant) => ({
    startTime: timeAt(at),
    endTime: timeAt(at + 86_400),
    principals: [`${tenant}/principals/p-${at % 2_000}`],
  }),
  word: (at) => ({ text: `b${Math.floor(at / 1_000)}` }),
  words: (at) => ({ text: `region${at % 40} batch` }),
  nothing: () => ({ text: 'nowhere' }),
  jobs: (_, tenant) => ({ resources: [`${tenant}/jobs`] }),
  hundred_principals: (at, tenant) => ({
    principals: Array.from({ length: 100 }, (_, offset) => `${tenant}/principals/p-${(at + offset) % 2_000}`),
  }),
  day_type_and_word: (at) => ({
    startTime: timeAt(at),
    endTime: timeAt(at + 86_400),
    types: ['decrypt'],
    text: `region${at % 40}`,
  }),
  four_things: (at) => ({
    types: ['query'],
    outcomes: [Outcome.REFUSED],
    sensitivities: [Sensitivity.MEDIUM],
    text: `region${at % 40}`,
  }),
};

/** Where pages are asked for that lie deep in the answer: after so many events. */
const DEEP = ['type', 'jobs', 'words'] as const;
const DEPTH = 5_000;

/**
 * The time of a page of 50, in milliseconds, by question: of the first page, and of a second one where there is one. Pages
 * deep in an answer come under a name of their own.
 */
export async function timeQueries(client: AuditClient, { tenant: id, size }: History, rounds: number) {
  const tenant = `tenants/${id}`;
  const overall = latencies();
  const byQuestion = new Map<string, ReturnType<typeof latencies>>();
  for (const isMeasured of [false, true]) {
    for (let round = 0; round < (isMeasured ? rounds : 3); round += 1) {
      const at = Math.floor(Math.random() * size);
      for (const [name, question] of Object.entries(QUESTIONS)) {
        const own = byQuestion.get(name) ?? latencies();
        byQuestion.set(name, own);
        const took = await pages(client, tenant, question(at, tenant));
        if (isMeasured) for (const ms of took) [own, overall].forEach((times) => times.add(ms));
      }
    }
  }
  for (const name of DEEP) {
    const own = latencies();
    byQuestion.set(`${name}_deep`, own);
    const filter = QUESTIONS[name]?.(0, tenant) ?? {};
    const token = await tokenAt(client, tenant, filter);
    for (let round = 0; round < rounds; round += 1) {
      for (const ms of await pages(client, tenant, filter, token)) [own, overall].forEach((times) => times.add(ms));
    }
  }
  return { overall, byQuestion };
}

/** The token of the page that begins after DEPTH events. */
async function tokenAt(client: AuditClient, tenant: string, filter: Filter): Promise<string> {
  let pageToken = '';
  for (let seen = 0; seen < DEPTH;) {
    const page = await client.queryEvents({ tenant, filter, pageSize: 1_000, pageToken });
    seen += page.events.length;
    pageToken = page.nextPageToken;
    if (pageToken === '') break;
  }
  return pageToken;
}

async function pages(client: AuditClient, tenant: string, filter: Filter, from = ''): Promise<number[]> {
  const times: number[] = [];
  for (let pageToken = from; times.length < 2;) {
    const started = performance.now();
    const { nextPageToken } = await client.queryEvents({ tenant, filter, pageSize: 50, pageToken });
    times.push(performance.now() - started);
    if (nextPageToken === '') break;
    pageToken = nextPageToken;
  }
  return times;
}
