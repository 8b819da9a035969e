import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readTrace, spanTree } from '@weir/telemetry';
import { made, type Step } from '../step.ts';
import { renderTree } from '../../render-trace.ts';

/** Prints the spans of the flights' run, over all services. */
export const trace: Step = {
  title: 'One ProcessData call across the services',

  async run({ mesh, processed }, { check, tell }) {
    const { traceId } = made(processed, 'Upload 3,000,000 flights');
    let spans = await readTrace(join(mesh.state.root, 'traces'), traceId);
    for (let tries = 0; tries < 50 && new Set(spans.map(({ service }) => service)).size < 3; tries += 1) {
      await wait(200);
      spans = await readTrace(join(mesh.state.root, 'traces'), traceId);
    }
    for (const line of renderTree(spanTree(spans))) tell(line);
    const services = [...new Set(spans.map(({ service }) => service))].sort();
    check(
      services.includes('agent') && services.includes('registry'),
      `${spans.length} spans of ${services.join(', ')}`,
    );
  },
};
