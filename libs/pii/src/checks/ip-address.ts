const OCTET = /^(?:0|[1-9]\d{0,2})$/;

/** An IPv4 address in dotted decimals, without zeros in front. */
export function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255);
}

/** An IPv4 address that can be someone's: no netmask, no broadcast, not the unspecified one. */
export const isIpv4Host = (text: string): boolean => isIpv4(text) && !text.startsWith('255.') && text !== '0.0.0.0';

/** An IPv6 address (RFC 4291), compressed or not, with an IPv4 tail or not; without zone. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const isCompressed = halves.length === 2;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [place, part] of parts.entries()) {
      const isLast = index === halves.length - 1 && place === parts.length - 1;
      if (isLast && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups += 1;
      else return false;
    }
  }
  return isCompressed ? groups <= 7 : groups === 8;
}
