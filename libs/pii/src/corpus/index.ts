export {
  HELD_OUT_CORPUS,
  OPEN_CORPUS,
  PUBLISHED_SIZE,
  samplesOf,
  type CorpusSize,
  type CorpusSource,
} from './corpus.ts';
export { measure, type Accuracy, type Found, type Mistake } from './measure.ts';
export type { LabelledSpan, Sample } from './sample.ts';
