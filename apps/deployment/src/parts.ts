import type { AuditJournal } from '@weir/audit-outbox';
import type { Client, TlsClientSettings, TokenSource } from '@weir/client';
import type { UsageServiceDefinition } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import type { Logger } from 'pino';
import type { Datasets } from './remote/datasets.ts';
import type { Registry } from './remote/registry.ts';
import { changeSignal } from './routes/change-signal.ts';
import { startRouteFeed } from './routes/route-feed.ts';
import { startRunner, type Runner } from './runner/runner.ts';
import { useRecords } from './runner/use-records.ts';
import type { ServiceParts } from './service.ts';
import { postgresAnswerStore } from './store/postgres-answer-store.ts';
import { postgresRolloutStore } from './store/postgres-rollout-store.ts';
import { postgresRouteStore } from './store/postgres-route-store.ts';
import type { Schema } from './store/schema.ts';
import type { Target } from './target/target.ts';
import { prober } from './workers/probe.ts';
import { workerClients } from './workers/worker-clients.ts';

/** What the service is built from. */
export interface DeploymentOptions {
  readonly database: Database<Schema>;
  readonly journal: Pick<AuditJournal, 'append' | 'wake'>;
  readonly registry: Registry;
  readonly usage: Pick<Client<typeof UsageServiceDefinition>, 'recordDeploymentUse'>;
  readonly datasets: Datasets;
  readonly target: Target;
  readonly tokens: TokenSource;
  readonly tls: Partial<TlsClientSettings>;
  readonly log: Logger;
}

/** The parts of the service, with what runs in the background; disposing ends that, and the replicas with it. */
export interface DeploymentParts extends ServiceParts, AsyncDisposable {
  readonly runner: Runner;
}

/** Puts the parts of the service together. */
export function startDeployment(options: DeploymentOptions): DeploymentParts {
  const { database, journal, registry, usage, datasets, target, tokens, tls, log } = options;
  const stack = new AsyncDisposableStack();
  const rollouts = postgresRolloutStore(database, journal);
  const routes = postgresRouteStore(database);
  const changes = changeSignal();
  const feed = stack.use(startRouteFeed(routes, log));
  stack.use(target);
  const clients = stack.use(workerClients(tokens, tls));
  const onChange = (): void => {
    changes.tell();
    feed.refresh().catch(() => undefined);
  };
  const workers = { clients, prober: prober(clients), use: useRecords(usage, log), locate: datasets.locate };
  const runner = stack.use(startRunner({ store: rollouts, target, ...workers, log, onChange }));
  return {
    rollouts,
    answers: postgresAnswerStore(database),
    unitOfWork: (scope, work) => database.transaction(scope, work),
    registry,
    datasets,
    clock: Date.now,
    decided: () => {
      onChange();
      runner.wake();
    },
    routes,
    feed,
    changes,
    runner,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
