import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const LOCAL = /(?:"(?:[^"\\\r\n]|\\.){1,62}"|[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64})$/u;
const DOMAIN =
  /^(?:\[(?:IPv6:[0-9a-f:.]+|\d{1,3}(?:\.\d{1,3}){3})\]|(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24}))/iu;
const LONGEST = 64;

const SPELLED =
  /(?<![\w.+-])[\w.+-]{1,64} ?[[({] ?at ?[\])}] ?[a-z0-9-]{1,63}(?: ?[[({] ?dot ?[\])}] ?[a-z0-9-]{1,63}){1,4}/gi;
const SPELLED_AT = /[[({] ?at ?[\])}]/i;

// What stands after an "@" in names of files and packages, and is no domain.
const NO_TLD =
  /\.(?:png|jpe?g|gif|svg|webp|css|js|mjs|cjs|jsx|ts|tsx|json|html?|xml|ya?ml|md|txt|csv|zip|gz|tar|service|socket|timer|target|local|localhost|internal|lan|py|java|class|exe|dll|pdf|docx?|xlsx?)$/i;

// "a***@example.com" is what is left of an address.
const MASKED = /([*#])\1\1/;

/** Email addresses, quoted and internationalised ones too. */
export const email: Recognizer = {
  id: 'email',
  kind: 'EMAIL',
  description: 'A local part, "@" and a domain with a top level of letters or in Punycode, or an address in brackets.',
  source: 'RFC 5321, RFC 6531',
  regions: [],
  needs: {},
  find({ text }, emit) {
    if (SPELLED_AT.test(text)) {
      for (const { index, 0: found } of matches(SPELLED, text)) emit(index, index + found.length, 0.8, false);
    }
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const local = LOCAL.exec(text.slice(Math.max(0, at - LONGEST), at))?.[0];
      const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + 253))?.[0];
      if (local === undefined || domain === undefined) continue;
      const name = trimmed(local, text.charAt(at - local.length - 1));
      const after = text.charAt(at + 1 + domain.length);
      if (name === '' || name.includes('..') || name.endsWith('.') || after === '@') continue;
      if (MASKED.test(name)) continue;
      if (NO_TLD.test(domain) || isRemote(name, text.slice(at + 1 + domain.length))) continue;
      emit(at - name.length, at + 1 + domain.length, 0.95, false);
    }
  },
};

/** Without what belongs to the text around it: quotes, slashes, "?email=". */
function trimmed(local: string, before: string): string {
  if (local.startsWith('"')) return local;
  // A bounce address has the one that it is about in front of "=", with a "+" or "-".
  const rest = local.replace(/^[?&;{}|`'/*]*[a-z_.]+=(?=[^=]*$)/i, '');
  const clean = rest.replace(/^[.'`*/=?&|{}!#^~$%-]+/, '');
  return before === '@' ? '' : clean;
}

// git@github.com:owner/name.git
const isRemote = (name: string, after: string): boolean => name === 'git' && /^:[^\s:]+\/|^:\w/.test(after);
