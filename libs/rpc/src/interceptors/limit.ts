import { reason } from '@weir/errors';
import type { Call } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';
import type { ServerParts } from '../parts.ts';

/**
 * Bounds what one principal may ask of a service: calls per minute (a token bucket, so a full minute's worth may come
 * at once) and calls in flight. Weir's own services are bounded in flight only: they call on behalf of others.
 */
export const limit: Interceptor = (_method, parts) => {
  const { take, release } = limiterOf(parts);

  return (call, next) => {
    const usage = take(call);
    call.atEnd(() => release(usage));
    return next(call);
  };
};

interface Usage {
  tokens: number;
  refilledAt: number;
  inFlight: number;
}

interface Limiter {
  take(call: Call): Usage;
  release(usage: Usage): void;
}

// One limiter per server, shared by its methods.
const limiters = new WeakMap<ServerParts, Limiter>();

function limiterOf(parts: ServerParts): Limiter {
  const limiter = limiters.get(parts) ?? createLimiter(parts.settings);
  limiters.set(parts, limiter);
  return limiter;
}

const SWEEP_ABOVE = 10_000;

function createLimiter(settings: ServerParts['settings']): Limiter {
  const perMinute = settings.RATE_LIMIT_PER_MINUTE;
  const maxInFlight = settings.MAX_IN_FLIGHT_PER_PRINCIPAL;
  const usages = new Map<string, Usage>();

  const usageOf = (key: string, now: number): Usage => {
    const known = usages.get(key);
    if (known) return known;
    if (usages.size >= SWEEP_ABOVE) sweep(usages, now);
    const usage = { tokens: perMinute, refilledAt: now, inFlight: 0 };
    usages.set(key, usage);
    return usage;
  };

  return {
    take(call) {
      const now = performance.now();
      const who = call.principal?.subject ?? hostOf(call.peer);
      const usage = usageOf(who, now);
      usage.tokens = Math.min(perMinute, usage.tokens + ((now - usage.refilledAt) * perMinute) / 60_000);
      usage.refilledAt = now;
      if (usage.inFlight >= maxInFlight) throw tooMany(who, maxInFlight);
      if (call.principal?.kind !== 'service') {
        if (usage.tokens < 1) throw tooFast(who, perMinute, usage.tokens);
        usage.tokens -= 1;
      }
      usage.inFlight += 1;
      return usage;
    },
    release(usage) {
      usage.inFlight -= 1;
    },
  };
}

/** Forgets who has been idle for a minute: their buckets are full again. */
function sweep(usages: Map<string, Usage>, now: number): void {
  for (const [key, usage] of usages) {
    if (usage.inFlight === 0 && now - usage.refilledAt > 60_000) usages.delete(key);
  }
}

const hostOf = (peer: string): string => peer.replace(/:\d+$/, '');

const tooFast = (principal: string, perMinute: number, tokens: number) =>
  reason(
    'RATE_LIMITED',
    { principal, limit: perMinute },
    {
      quota: [{ subject: principal, description: `${perMinute} calls per minute` }],
      retryAfterMs: Math.ceil(((1 - tokens) * 60_000) / perMinute),
    },
  );

const tooMany = (principal: string, max: number) =>
  reason(
    'TOO_MANY_IN_FLIGHT',
    { principal, limit: max },
    { quota: [{ subject: principal, description: `${max} calls at the same time` }], retryAfterMs: 100 },
  );
