import type { DeepPartial } from '@weir/contracts';
import { Outcome, type QueryEventsRequest } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { timeAt, traceAt } from './events.ts';
import type { AuditClient, History } from './history.ts';
import { latencies } from './latencies.ts';

type Filter = NonNullable<DeepPartial<QueryEventsRequest>['filter']>;

/** What auditors ask, by a name; `at` is some event of the history. */
export const QUESTIONS: Readonly<Record<string, (at: number, tenant: string) => Filter>> = {
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
};

/** The time of a page of 50, in milliseconds, by question: of the first page, and of a second one where there is one. */
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
  return { overall, byQuestion };
}

async function pages(client: AuditClient, tenant: string, filter: Filter): Promise<number[]> {
  const times: number[] = [];
  for (let pageToken = ''; times.length < 2;) {
    const started = performance.now();
    const { nextPageToken } = await client.queryEvents({ tenant, filter, pageSize: 50, pageToken });
    times.push(performance.now() - started);
    if (nextPageToken === '') break;
    pageToken = nextPageToken;
  }
  return times;
}
