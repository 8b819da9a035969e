import { PII_KINDS } from '../kind.ts';
import { heldOutOthers } from './held-out/others.ts';
import { HELD_OUT_NEGATIVES } from './held-out/negatives.ts';
import { HELD_OUT_TEMPLATES } from './held-out/templates.ts';
import { heldOutValues } from './held-out/values.ts';
import { openOthers } from './open/others.ts';
import { OPEN_NEGATIVES } from './open/negatives.ts';
import { OPEN_TEMPLATES } from './open/templates.ts';
import { openValues } from './open/values.ts';
import { seeded } from './random.ts';
import { fill, type Makers, type Sample } from './sample.ts';

/** What a corpus is made of. */
export interface CorpusSource {
  /** Its version and seed: the same name, the same samples. */
  readonly name: string;
  readonly seed: number;
  readonly templates: Readonly<Record<(typeof PII_KINDS)[number], readonly string[]>>;
  readonly negatives: readonly string[];
  readonly makers: Makers;
}

/** The corpus that recognisers are written against. */
export const OPEN_CORPUS: CorpusSource = {
  name: 'open-1/20261126',
  seed: 20_261_126,
  templates: OPEN_TEMPLATES,
  negatives: OPEN_NEGATIVES,
  makers: { ...openOthers, ...openValues },
};

/** Another corpus with other texts and other ways to write values. Recognisers are not adjusted to it. */
export const HELD_OUT_CORPUS: CorpusSource = {
  name: 'held-out-1/424242',
  seed: 424_242,
  templates: HELD_OUT_TEMPLATES,
  negatives: HELD_OUT_NEGATIVES,
  makers: { ...heldOutOthers, ...heldOutValues },
};

/** How much of a corpus to make. */
export interface CorpusSize {
  /** Texts about each kind. */
  readonly perKind: number;
  /** Hard negatives. */
  readonly negatives: number;
}

/** The size that the published figures are of. */
export const PUBLISHED_SIZE: CorpusSize = { perKind: 300, negatives: 3_000 };

/** Makes the samples of a corpus, the same ones every time. */
export function samplesOf(source: CorpusSource, { perKind, negatives }: CorpusSize = PUBLISHED_SIZE): Sample[] {
  const random = seeded(source.seed);
  const take = (templates: readonly string[], count: number): Sample[] =>
    Array.from({ length: count }, () => fill(random.pick(templates), random, source.makers));
  return [...PII_KINDS.flatMap((kind) => take(source.templates[kind], perKind)), ...take(source.negatives, negatives)];
}
