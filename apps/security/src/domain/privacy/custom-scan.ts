import { PiiValidator, type AnonymizationOperator, type PiiCustomRecognizer } from '@weir/contracts/security';
import { passesLuhn, passesMod11, passesMod97 } from '@weir/pii';
import { RE2JS } from 're2js';

/** What a tenant's own recogniser found. */
export interface CustomFinding {
  /** PiiCustomRecognizer.id. */
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly validated: boolean;
  readonly operator: AnonymizationOperator | undefined;
}

/** Finds what a tenant's own recognisers describe, in a text that may stand in a field. */
export type CustomScan = (text: string, path: string) => CustomFinding[];

const DEFAULT_SCORE = 0.8;
const WORDS_WITHIN = 40;

const checks: Readonly<Record<number, (match: string) => boolean>> = {
  [PiiValidator.LUHN]: (match) => passesLuhn(match.replace(/\D/g, '')),
  [PiiValidator.MOD_97]: (match) => passesMod97(match.replace(/[^A-Za-z0-9]/g, '').toUpperCase()),
  [PiiValidator.MOD_11]: (match) => passesMod11(match.replace(/\D/g, '')),
};

/** Compiles recognisers; RE2 takes time in proportion to the text, whatever the pattern. */
export function customScan(recognizers: readonly PiiCustomRecognizer[]): CustomScan {
  const compiled = recognizers.map((recognizer) => ({
    ...recognizer,
    engine: RE2JS.compile(recognizer.pattern),
    check: checks[recognizer.validator],
    words: recognizer.contextWords.map((word) => word.toLowerCase()),
  }));
  return (text, path) =>
    compiled.flatMap(({ id, engine, check, words, score, defaultOperator }) => {
      const found: CustomFinding[] = [];
      const matcher = engine.matcher(text);
      while (matcher.find()) {
        const [start, end] = [matcher.start(), matcher.end()];
        if (check && !check(text.slice(start, end))) continue;
        if (!isAnnounced(words, text, start, path)) continue;
        const operator = defaultOperator;
        found.push({ id, start, end, score: score || DEFAULT_SCORE, validated: check !== undefined, operator });
      }
      return found;
    });
}

/** Whether one of the words is near enough in front of a match, or in the name of the field. */
function isAnnounced(words: readonly string[], text: string, start: number, path: string): boolean {
  if (words.length === 0) return true;
  const near = `${path} ${text.slice(Math.max(0, start - WORDS_WITHIN), start)}`.toLowerCase();
  return words.some((word) => near.includes(word));
}
