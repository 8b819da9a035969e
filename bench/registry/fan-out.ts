import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createClient, openChannel, type Client } from '@weir/client';
import { ComponentServiceDefinition, WatchComponentsResponse } from '@weir/contracts/registry';
import { result, type BenchOptions, type BenchResult } from '../bench.ts';
import { sampleVersion } from './samples.ts';
import type { Subject } from './subject.ts';

type Components = Client<typeof ComponentServiceDefinition>;

const VERSIONS = 20;

/** How fast versions reach everybody who watches, beside grpc-js that writes the same messages to as many streams. */
export async function fanOut(subject: Subject, { say, small }: BenchOptions): Promise<BenchResult[]> {
  const count = small ? 32 : 128;
  const component = `bench-watched-${Date.now().toString(36)}`;
  const { admin, tenants } = subject;
  await admin.components.publishComponent({ component: sampleVersion(component, '1.0.0') });
  for (const { name } of tenants) {
    await admin.components.grantAccess({ grant: { tenant: name, component: `components/${component}`, range: '*' } });
  }
  const rate = (ms: number): number => (count * VERSIONS * 1_000) / ms;

  const watchers = Array.from({ length: count }, (_, at) => {
    const caller = tenants[at % tenants.length];
    if (!caller) throw new Error('nobody watches');
    return watch(caller.components, { tenant: caller.name, component: `components/${component}` });
  });
  await Promise.all(watchers.map((watcher) => watcher.complete));
  const whole = await timed(watchers, async () => {
    for (let at = 1; at <= VERSIONS; at += 1) {
      await admin.components.publishComponent({ component: sampleVersion(component, `1.${at}.0`) });
    }
  });
  for (const watcher of watchers) watcher.stop();
  const sample = watchers[0]?.last;
  if (!sample) throw new Error('nothing was watched');

  const alone = await bareFanOut(count, sample);
  say(
    `  ${VERSIONS} versions to ${count} watchers: ${rate(whole).toFixed(0)}/s; bare streams ${rate(alone).toFixed(0)}/s`,
  );
  return [result('fan_out_per_s', rate(whole)), result('fan_out_over_bare', alone / whole)];
}

async function bareFanOut(count: number, message: WatchComponentsResponse): Promise<number> {
  const child = fork(join(import.meta.dirname, 'bare-streams.ts'));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  await using channel = openChannel({ address: `127.0.0.1:${port}` });
  const components = createClient(ComponentServiceDefinition, channel);
  const watchers = Array.from({ length: count }, () => watch(components, {}));
  await Promise.all(watchers.map((watcher) => watcher.complete));
  const text = Buffer.from(WatchComponentsResponse.encode(message).finish()).toString('base64');
  const ms = await timed(watchers, () => {
    for (let at = 1; at <= VERSIONS; at += 1) child.send(text);
    return Promise.resolve();
  });
  for (const watcher of watchers) watcher.stop();
  child.kill();
  return ms;
}

/** Milliseconds from the start of some work until everything has reached every watcher. */
async function timed(watchers: readonly Watcher[], work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  const all = Promise.all(watchers.map((watcher) => watcher.received(VERSIONS)));
  await work();
  await all;
  return performance.now() - start;
}

interface Watcher {
  /** Everything there was has been sent. */
  readonly complete: Promise<void>;
  /** So many versions have come since. */
  received(count: number): Promise<void>;
  readonly last: WatchComponentsResponse | undefined;
  stop(): void;
}

function watch(components: Components, request: { tenant?: string; component?: string }): Watcher {
  const complete = Promise.withResolvers<void>();
  const enough = Promise.withResolvers<void>();
  const stop = new AbortController();
  let wanted = Infinity;
  let received = 0;
  let last: WatchComponentsResponse | undefined;
  const run = async (): Promise<void> => {
    let live = false;
    for await (const response of components.watchComponents(request, { signal: stop.signal })) {
      if (response.event?.$case === 'bookmark') {
        live = true;
        complete.resolve();
      } else if (live) {
        received += 1;
        last = response;
        if (received >= wanted) enough.resolve();
      }
    }
  };
  run().catch((error: unknown) => {
    if (stop.signal.aborted) return;
    complete.reject(error);
    enough.reject(error);
  });
  return {
    complete: complete.promise,
    received(count) {
      wanted = count;
      if (received >= wanted) enough.resolve();
      return enough.promise;
    },
    get last() {
      return last;
    },
    stop: () => stop.abort(),
  };
}
