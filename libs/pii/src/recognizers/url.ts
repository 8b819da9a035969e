import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const SCHEME =
  /(?<![a-z0-9])(?:https?|ftps?|sftp|wss?|ssh|git|ldaps?|rtsp|s3|file|jdbc:[a-z]+|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|smb|irc|telnet|nfs|svn|gs|hdfs):\/\/[^\s<>"'`{}|\\^\u3000-\u303f\uff00-\uffef]{2,}/giu;
const WWW = /(?<![\w@./-])www\d?\.[a-z0-9\p{L}-]+(?:\.[a-z0-9\p{L}-]+)+(?::\d{1,5})?(?:[/?#][^\s<>"'`{}|\\^]*)?/giu;
const BARE =
  /(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:com|org|net|edu|gov|io|co|dev|app|info|biz|me|ai|uk|de|fr|es|it|nl|eu|us|ca|au|jp|in|br|ch|se|pl|example)(?::\d{1,5})?[/?#][^\s<>"'`{}|\\^]+/gi;

/** URLs, also without a scheme where a host and a path leave no doubt. */
export const url: Recognizer = {
  id: 'url',
  kind: 'URL',
  description: 'A scheme and what follows it, a host that begins with www, or a host with a path.',
  source: 'RFC 3986',
  regions: [],
  needs: {},
  find({ text }, emit) {
    const report = (pattern: RegExp, score: number): void => {
      for (const match of matches(pattern, text)) {
        const found = withoutEnd(match[0]);
        emit(match.index, match.index + found.length, score, false);
      }
    };
    if (text.includes('://')) report(SCHEME, 0.95);
    if (/www/i.test(text)) report(WWW, 0.9);
    if (text.includes('/') || text.includes('?')) report(BARE, 0.7);
  },
};

/** Without the punctuation of the sentence, and without brackets that it opened. */
function withoutEnd(found: string): string {
  let text = found;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = { ')': '(', ']': '[' }[last];
    const isForeign = opening ? text.split(last).length > text.split(opening).length : /[.,;:!?*_~'"]/.test(last);
    if (!isForeign) return text;
    text = text.slice(0, -1);
  }
}
