import { isIpv4Host, isIpv6 } from '../checks/ip-address.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const V4 = /(?<![\w.-]|\d,)\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d|-[a-z\d])/gi;
const V6 =
  /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?:%[\w.-]{1,15})?(?!\w|:\w|\.\d)/gi;
const VERSION_BEFORE =
  /(?:\bv|\bver|\bversions?|\brelease|\bbuild|\bfirmware|\brev(?:ision)?|\b(?:up|down)grade[sd]?(?: to| from)?|\bbump(?:ed|s)?(?: to| from)?|\bdeploy(?:ed|s)?|[a-z]\/|[a-z]==|[a-z]_v|\bsection|§|\bchapter|\boid|\bclause|\bkapitel|\babschnitt|\bziffer|\banlage|\bchapitre|\bparagra(?:phe?|f)|\bartic(?:le|ulo)|\bartikel|\bcap[ií]tulo|\bsecci[oó]n|\bfigure|\btable)[\s:.]{0,2}$/i;

// What stands in front of the number of a release, and of no address.
const SOFTWARE_BEFORE =
  /\b(?:jdk|jre|java|openjdk|node(?:js)?|python|golang|ruby|php|perl|\.net|gcc|clang|llvm|chrom(?:e|ium)|firefox|safari|edge|opera|electron|windows|macos|ios|android|bios|uefi|patch|hotfix|plugin|extension|sdk|api level|update)[\s/:-]{1,2}$/i;
// Servers are called by name too: what is no address of a private network behind them is their release.
const SERVER_BEFORE =
  /\b(?:kernel|linux|ubuntu|debian|centos|openssl|openssh|postgres(?:ql)?|mysql|mariadb|redis|nginx|apache|tomcat|kafka|mongodb|docker|kubernetes|git|curl|wordpress|drupal|driver)[\s/-]$/i;
const PRIVATE = /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./;
const HIGHEST_RELEASE = 50;
// "2.0.0.1 replaces 1.9.9.9": what is compared with a version is one.
const COMPARED_BEFORE =
  /(?:\bv\.?\s?|\bver(?:sion)?\.?\s|\brelease\s|\bbuild\s)\d+(?:\.\d+){1,3}\b[^;\n]{0,32}?(?:\b(?:previous(?:ly)?|was|from|to|than|replac(?:es|ed|ing)|instead of|older|newer|and|or|ersetzt|statt|bisher|vorher|und|oder|remplace|au lieu de|précédente?|et|ou|sustituye|reemplaza|anterior|y|o|sostituisce|precedente|vervangt)|→|->|=>|,)\s{0,2}\(?$/iu;

const CHANGED_BEFORE = /\b(?:bump|upgrad|downgrad)\w*(?: [\w.-]{1,20})? (?:from|to) (?:\d+(?:\.\d+){1,3} to )?$/i;

/** IPv4 addresses; version numbers are none. */
export const ipv4: Recognizer = {
  id: 'ipv4',
  kind: 'IPV4',
  description: 'Four decimals up to 255 without zeros in front; no netmask, no version number.',
  source: 'RFC 791',
  regions: [],
  needs: { digits: 4, dots: 3 },
  find(scanned, emit) {
    const { text } = scanned;
    for (const match of matches(V4, text)) {
      const start = match.index;
      if (!isIpv4Host(match[0]) || scanned.field === 'OTHER_ID') continue;
      const before = text.slice(Math.max(0, start - 24), start);
      const isRelease =
        SERVER_BEFORE.test(before) && !PRIVATE.test(match[0]) && parseInt(match[0], 10) < HIGHEST_RELEASE;
      const isVersion =
        (isRelease || isVersionAfter(text.slice(Math.max(0, start - 64), start))) && !/:\/\/\S*$/.test(before);
      const end = start + match[0].length;
      if (!isVersion) emit(start, end, scanned.isDenied('IPV4', start) && saysVersion(before) ? 0.3 : 0.9, false);
    }
  },
};

const isVersionAfter = (before: string): boolean =>
  VERSION_BEFORE.test(before.slice(-24)) ||
  SOFTWARE_BEFORE.test(before) ||
  COMPARED_BEFORE.test(before) ||
  CHANGED_BEFORE.test(before);

const saysVersion = (before: string): boolean => /version|release|build|firmware|driver/i.test(before);

/** IPv6 addresses. */
export const ipv6: Recognizer = {
  id: 'ipv6',
  kind: 'IPV6',
  description: 'Eight groups of hex, or fewer around "::", with an IPv4 tail or a zone or neither.',
  source: 'RFC 4291, RFC 4007',
  regions: [],
  needs: { colons: 2 },
  find({ text }, emit) {
    for (const match of matches(V6, text)) {
      const whole = match[0].replace(/[.-]+$|(?<!:):$/, '');
      const address = whole.replace(/%.*$/, '');
      // "a::b" may be code: there has to be a digit, or three groups.
      const isTelling = /\d/.test(address) || address.split(/:+/).filter(Boolean).length > 2;
      if (isTelling && isIpv6(address)) emit(match.index, match.index + whole.length, 0.92, false);
    }
  },
};
