import type { Mesh } from '@weir/mesh';
import pc from 'picocolors';
import { addressesOf } from '../up/addresses.ts';
import { say, title } from '../up/say.ts';
import { adminTokens, openSession } from '../session.ts';
import { describeProblem } from './problem.ts';
import type { Step, Tour } from './step.ts';
import { comply } from './steps/comply.ts';
import { deploy } from './steps/deploy.ts';
import { encrypt } from './steps/encrypt.ts';
import { onboard } from './steps/onboard.ts';
import { processFlights } from './steps/process-flights.ts';
import { processMovies } from './steps/process-movies.ts';
import { prove } from './steps/prove.ts';
import { publish } from './steps/publish.ts';
import { refuse } from './steps/refuse.ts';
import { trace } from './steps/trace.ts';

const steps: readonly Step[] = [
  onboard,
  publish,
  processFlights,
  processMovies,
  encrypt,
  deploy,
  prove,
  comply,
  trace,
  refuse,
];

/** Takes the tour through a running mesh and returns how many steps did not come out right. */
export async function runTour(mesh: Mesh, signal: AbortSignal): Promise<number> {
  const addresses = addressesOf(mesh);
  await using stack = new AsyncDisposableStack();
  const admin = stack.use(openSession(addresses, adminTokens(addresses, mesh.state.adminSecret)));
  const tour: Tour = { mesh, addresses, admin, stack, acme: undefined, processed: undefined };

  let failed = 0;
  for (const [index, step] of steps.entries()) {
    if (signal.aborted) break;
    title(`${index + 1}. ${step.title}`);
    if (!(await comesOutRight(step, tour))) failed += 1;
  }
  say(`\ntour: ${steps.length} steps, ${failed} failed`);
  return failed;
}

async function comesOutRight(step: Step, tour: Tour): Promise<boolean> {
  let right = true;
  const check = (holds: boolean, what: string): void => {
    say(`   ${holds ? pc.green('✓') : pc.red('✗')} ${what}`);
    right &&= holds;
  };
  try {
    await step.run(tour, { check, tell: (line) => say(`   ${line}`) });
  } catch (error) {
    say(`   ${pc.red('✗')} ${describeProblem(error)}`);
    return false;
  }
  return right;
}
