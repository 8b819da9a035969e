import type { MethodConfig, ServiceConfig } from '@grpc/grpc-js';
import { methodRules, type MethodInfo } from '@weir/contracts';
import { Effect } from '@weir/contracts/options';

const RETRY = {
  maxAttempts: 4,
  initialBackoff: '0.05s',
  maxBackoff: '1s',
  backoffMultiplier: 2,
  retryableStatusCodes: ['UNAVAILABLE'],
};

// The second attempt goes out when the first is slower than nearly all are; the faster answer counts.
const HEDGE = { maxAttempts: 3, hedgingDelay: '0.05s', nonFatalStatusCodes: ['UNAVAILABLE'] };

/**
 * How calls are balanced and repeated (https://grpc.io/docs/guides/service-config/), as the contract allows: what only
 * reads, and what a `request_id` makes safe to repeat. The methods in `hedge` are asked twice when slow.
 */
export function serviceConfig(hedge: readonly string[] = []): ServiceConfig {
  const methods = [...methodRules().values()];
  const hedged = hedge.flatMap((name) => hedgedMethods(name, methods));
  const retried = methods.filter((method) => isRepeatable(method) && !hedged.includes(method));
  return {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      { name: retried.map(nameOf), retryPolicy: RETRY },
      ...(hedged.length > 0 ? [{ name: hedged.map(nameOf), hedgingPolicy: HEDGE }] : []),
    ],
    // A server that fails most calls is not asked thrice as often.
    retryThrottling: { maxTokens: 100, tokenRatio: 0.5 },
  };
}

// A client stream cannot be sent again once a part of it is gone.
const isRepeatable = ({ rule, hasRequestId, requestStream }: MethodInfo): boolean =>
  !requestStream && (rule.effect === Effect.READ || hasRequestId);

function hedgedMethods(name: string, methods: readonly MethodInfo[]): MethodInfo[] {
  const found = methods.filter(({ method }) => method === name);
  const reads = found.filter(({ rule, requestStream, responseStream }) => {
    return rule.effect === Effect.READ && !requestStream && !responseStream;
  });
  if (reads.length > 0 && reads.length === found.length) return reads;
  throw new Error(`${name} cannot be hedged: only unary methods that read can`);
}

const nameOf = ({ service, method }: MethodInfo): MethodConfig['name'][number] => ({ service, method });
