import type { StopBreachClockRequest, StopBreachClockResponse } from '@weir/contracts/security';
import { invalid, reason } from '@weir/errors';
import { childName, idIn, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { clockMessage, type BreachClockRecord } from '../domain/compliance/breach-clock.ts';
import type { BreachClockStore, ClockStop } from '../store/breach-clock-store.ts';

const Request = z.object({
  name: childName('breach-clocks'),
  resolution: z.discriminatedUnion(
    '$case',
    [
      z.object({
        $case: z.literal('notifiedAt'),
        value: z.date().refine((time) => time <= new Date(), 'must not be in the future'),
      }),
      z.object({ $case: z.literal('dismissed'), value: z.literal(true, 'must be true') }),
    ],
    'is required: one of notified_at, dismissed',
  ),
  statement: text(1, 500),
});

/** Stops a clock: the notification was made, or the incident was no breach. */
export function stopBreachClock(clocks: BreachClockStore): Unary<StopBreachClockRequest, StopBreachClockResponse> {
  return async (request, context) => {
    const { name, resolution, statement } = parse(Request, request);
    const [tenant, id] = [idIn(name, 'tenants'), idIn(name, 'breach-clocks')];
    const notifiedAt = resolution.$case === 'notifiedAt' ? resolution.value : undefined;

    const clock = await clocks.lock(context.scope, tenant, id);
    if (!clock) throw reason('BREACH_CLOCK_NOT_FOUND', { name });
    if (notifiedAt && notifiedAt < clock.discoveredAt) throw tooEarly();
    const stop: ClockStop = { notifiedAt, by: context.principal?.subject ?? '', statement };
    if (clock.stoppedAt && !isSame(clock, stop)) throw reason('BREACH_CLOCK_STOPPED', { name });
    const stopped = clock.stoppedAt ? clock : await clocks.stop(context.scope, tenant, id, stop);

    context.audit({ details: { statement, notified: notifiedAt !== undefined, on_time: isOnTime(clock, notifiedAt) } });
    return { clock: clockMessage(stopped, new Date()) };
  };
}

const isSame = ({ notifiedAt, statement }: BreachClockRecord, stop: ClockStop): boolean =>
  notifiedAt?.getTime() === stop.notifiedAt?.getTime() && statement === stop.statement;

const isOnTime = ({ notifyBy }: BreachClockRecord, notifiedAt: Date | undefined): boolean =>
  notifiedAt === undefined || notifiedAt <= notifyBy;

const tooEarly = () => invalid([{ field: 'notified_at', description: 'must not be before the discovery' }]);
