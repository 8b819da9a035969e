import { setTimeout as wait } from 'node:timers/promises';
import type { Event } from '@weir/contracts/audit';
import type { TestMesh } from './start-agent.ts';

const TRIES = 500;

/** The latest event that matches, once the outbox has delivered it; undefined when none comes within 10 seconds. */
export async function findEvent(mesh: TestMesh, matches: (event: Event) => boolean): Promise<Event | undefined> {
  for (let tries = 0; tries < TRIES && !mesh.events.some(matches); tries += 1) await wait(20);
  return mesh.events.findLast(matches);
}
