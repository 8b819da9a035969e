import type { Bench } from '../bench.ts';
import { measureGrowth } from './growth.ts';
import { tidy } from './history.ts';
import { startSubject } from './subject.ts';
import { measureWrites } from './write.ts';

/** What a log that proves itself costs, against plain INSERTs on the same PostgreSQL. */
export const audit: Bench = {
  question: 'how fast is the audit log, next to plain INSERTs, and does it stay so at 10,000,000 events?',

  async run(options) {
    // Loading takes a quarter of an hour: with a folder in WEIR_BENCH_DIR what is loaded stays for the next run.
    await using subject = await startSubject(process.env['WEIR_BENCH_DIR']);
    await tidy(subject);
    options.say('writes: INSERT and RecordEvents in turn, each from a process of its own');
    const writes = await measureWrites(subject, options);
    options.say('growth: two logs, loaded in batches of 4,096 past the network, one ten times the other');
    return [...writes, ...(await measureGrowth(subject, options))];
  },
};
