import { createScanner } from '@weir/pii';
import {
  HELD_OUT_CORPUS,
  measure,
  OPEN_CORPUS,
  samplesOf,
  type Accuracy,
  type Found,
  type Sample,
} from '@weir/pii/corpus';
import { median, result, type Bench, type BenchOptions, type BenchResult } from '../bench.ts';
import { openRedaction, SHARED_KINDS, type Setup } from './open-redaction.ts';

type Detect = (text: string) => Promise<readonly Found[]> | readonly Found[];

const shared = new Set(SHARED_KINDS);
const SETUPS: readonly Setup[] = ['as it comes', 'shared types only'];
const SPEED_TEXTS = 600;

/** How fast and how well personal data is found, beside openredaction on the same texts. */
export const pii: Bench = {
  question: 'how fast and how well is personal data found, compared with openredaction?',

  async run({ small, say }) {
    // It looks for all of its types, as PrivacyService does.
    const scanner = createScanner({ now: new Date() });
    const ours: Detect = (text) => scanner.scan(text);
    const theirs = SETUPS.map(openRedaction);
    const results: BenchResult[] = [];
    for (const [name, corpus] of [
      ['open', OPEN_CORPUS],
      ['held_out', HELD_OUT_CORPUS],
    ] as const) {
      const samples = textsOf(samplesOf(corpus, small ? { perKind: 20, negatives: 200 } : undefined));
      say(`${corpus.name}: ${samples.length} texts, ${SHARED_KINDS.length} types that both know`);
      results.push(...(await accuracy(name, samples, ours, theirs, say)));
      results.push(...(await speed(name, everyNth(samples, SPEED_TEXTS), ours, theirs, { small, say })));
    }
    return results;
  },
};

/** So many texts, from all of the corpus. */
const everyNth = (samples: readonly Sample[], count: number): Sample[] => {
  const step = Math.max(1, Math.floor(samples.length / count));
  return samples.filter((_, index) => index % step === 0);
};

/** Texts of their own, for it knows no fields; spans of types that both know. */
const textsOf = (samples: readonly Sample[]): Sample[] =>
  samples
    .filter(({ path }) => path === '')
    .map((sample) => ({ ...sample, spans: sample.spans.filter(({ kind }) => shared.has(kind)) }));

/** Type by type, against the better one of its set-ups in each figure. */
async function accuracy(
  name: string,
  samples: readonly Sample[],
  ours: Detect,
  theirs: readonly Detect[],
  say: BenchOptions['say'],
): Promise<BenchResult[]> {
  const we = await measured(samples, ours);
  const they: Accuracy[][] = [];
  for (const detect of theirs) they.push(await measured(samples, detect));
  let notWorse = 0;
  for (const mine of we) {
    const others = they.flat().filter(({ kind }) => kind === mine.kind);
    const precision = Math.max(...others.map((one) => one.precision));
    const recall = Math.max(...others.map((one) => one.recall));
    const isAtLeast = mine.precision >= precision && mine.recall >= recall;
    notWorse += Number(isAtLeast);
    say(
      `  ${mine.kind.padEnd(16)} precision ${percent(mine.precision)} beside ${percent(precision)}, ` +
        `recall ${percent(mine.recall)} beside ${percent(recall)}${isAtLeast ? '' : '  (worse)'}`,
    );
  }
  return [result(`${name}_types_not_worse_over_shared`, notWorse / we.length, { least: 1 })];
}

async function measured(samples: readonly Sample[], detect: Detect): Promise<Accuracy[]> {
  const found = new Map<Sample, readonly Found[]>();
  for (const sample of samples) found.set(sample, await detect(sample.text));
  return measure(samples, (sample) => found.get(sample) ?? []).filter(({ kind }) => shared.has(kind));
}

/** Texts per second, in turn, round by round. */
async function speed(
  name: string,
  samples: readonly Sample[],
  ours: Detect,
  theirs: readonly Detect[],
  { small, say }: BenchOptions,
): Promise<BenchResult[]> {
  const ratios: number[][] = theirs.map(() => []);
  for (let round = 1; round <= (small ? 1 : 5); round += 1) {
    const mine = await rate(samples, ours);
    const others: number[] = [];
    for (const detect of theirs) others.push(await rate(samples, detect));
    others.forEach((other, index) => ratios[index]?.push(mine / other));
    say(`  round ${round}: ${mine.toFixed(0)}/s beside ${others.map((one) => `${one.toFixed(0)}/s`).join(' and ')}`);
  }
  const [shipped = [], narrowed = []] = ratios;
  return [
    result(`${name}_records_over_openredaction`, median(shipped), { least: 10 }),
    result(`${name}_records_over_shared_types_only`, median(narrowed)),
  ];
}

async function rate(samples: readonly Sample[], detect: Detect): Promise<number> {
  const began = performance.now();
  for (const { text } of samples) await detect(text);
  return (samples.length * 1000) / (performance.now() - began);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(7);
