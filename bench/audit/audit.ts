import type { Bench, BenchOptions, BenchResult } from '../bench.ts';
import { measureGrowth } from './growth.ts';
import { tidy } from './history.ts';
import { startSubject, type Subject } from './subject.ts';
import { measureWrites } from './write.ts';

type AuditPart = (subject: Subject, options: BenchOptions) => Promise<BenchResult[]>;

const parts: Readonly<Record<string, AuditPart>> = {
  writes(subject, options) {
    options.say('writes: INSERT and RecordEvents in turn, each from a process of its own');
    return measureWrites(subject, options);
  },
  growth(subject, options) {
    options.say('growth: two logs, loaded in batches of 4,096 past the network, one ten times the other');
    return measureGrowth(subject, options);
  },
};

/** What a log that proves itself costs, against plain INSERTs on the same PostgreSQL. */
export const audit: Bench = {
  question: 'how fast is the audit log, next to plain INSERTs, and does it stay so at 10,000,000 events?',

  async run(options) {
    const names = options.parts?.length ? options.parts : Object.keys(parts);
    const unknown = names.filter((name) => !(name in parts));
    if (unknown.length > 0) {
      throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
    }
    // Loading takes ten minutes: with a folder in WEIR_BENCH_DIR what is loaded stays for the next run.
    await using subject = await startSubject(process.env['WEIR_BENCH_DIR']);
    await tidy(subject);
    const results: BenchResult[] = [];
    for (const name of names) results.push(...((await parts[name]?.(subject, options)) ?? []));
    return results;
  },
};
