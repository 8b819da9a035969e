import { MEASURED } from '../measured.ts';
import { createScanner } from '../scan.ts';
import { HELD_OUT_CORPUS, OPEN_CORPUS, samplesOf, type CorpusSource } from './corpus.ts';
import { measure, type Accuracy } from './measure.ts';
import { WRITTEN, WRITTEN_UNSEEN } from './written/index.ts';

const scanner = createScanner({ now: new Date('2026-11-26') });
const known = new Map<CorpusSource, Accuracy[]>();
const accuracyOn = (source: CorpusSource): Accuracy[] => {
  const accuracy = known.get(source) ?? measure(samplesOf(source), ({ text, path }) => scanner.scan(text, path));
  known.set(source, accuracy);
  return accuracy;
};

describe('a corpus', () => {
  it('is the same every time, and labels what its texts hold', () => {
    const size = { perKind: 20, negatives: 50 };
    const samples = samplesOf(OPEN_CORPUS, size);

    expect(samplesOf(OPEN_CORPUS, size)).toEqual(samples);
    expect(samples).toHaveLength(20 * 20 + 50);
    expect(samples.flatMap(({ text, spans }) => spans.map(({ start, end }) => text.slice(start, end)))).not.toContain(
      '',
    );
    expect(samples.slice(-50).every(({ spans }) => spans.length === 0)).toBe(true);
  });

  it.each([OPEN_CORPUS, HELD_OUT_CORPUS])(
    '$name: every type has a precision of 0.97 and a recall of 0.98',
    (source) => {
      const short = accuracyOn(source).filter(({ precision, recall }) => precision < 0.97 || recall < 0.98);

      expect(short).toEqual([]);
    },
  );

  it('that was written without a look at the recognisers: every type in it has them as well', () => {
    const accuracy = measure(WRITTEN_UNSEEN, ({ text, path }) => scanner.scan(text, path));

    expect(accuracy.filter(({ precision, recall }) => precision < 0.97 || recall < 0.98)).toEqual([]);
    expect(accuracy.reduce((sum, { positives }) => sum + positives, 0)).toBeGreaterThan(290);
  });

  it('that was written by hand: every type has them as well', () => {
    const accuracy = measure(WRITTEN, ({ text, path }) => scanner.scan(text, path));

    expect(accuracy.filter(({ precision, recall }) => precision < 0.97 || recall < 0.98)).toEqual([]);
    expect(accuracy.filter(({ positives }) => positives === 0)).toEqual([]);
    expect(WRITTEN.filter(({ spans }) => spans.length === 0).length).toBeGreaterThan(80);
  });

  it('gives the figures that are published', () => {
    const measured = accuracyOn(HELD_OUT_CORPUS).map(({ kind, precision, recall, positives }) => [
      kind,
      { precision: Number(precision.toFixed(4)), recall: Number(recall.toFixed(4)), positives },
    ]);

    expect(Object.fromEntries(measured)).toEqual(MEASURED.kinds);
  });
});

describe('a measurement', () => {
  const sample = { text: 'a 192.0.2.1 b', path: '', spans: [{ kind: 'IPV4' as const, start: 2, end: 11 }] };
  const of = (kind: 'IPV4' | 'PHONE', start: number, end: number) =>
    measure([sample], () => [{ kind, start, end }]).find((one) => one.kind === kind);

  it('counts what is missed, what is wrong, and what is found in part', () => {
    expect(of('IPV4', 2, 11)).toMatchObject({ positives: 1, precision: 1, recall: 1, exact: 1 });
    expect(of('IPV4', 2, 9)).toMatchObject({ precision: 1, recall: 1, exact: 0 });
    expect(of('IPV4', 2, 5)).toMatchObject({ precision: 0, recall: 0 });
    expect(of('PHONE', 2, 11)).toMatchObject({ positives: 0, precision: 0 });
  });
});
