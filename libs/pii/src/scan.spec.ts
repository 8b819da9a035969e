import fc from 'fast-check';
import type { PiiKind } from './kind.ts';
import { createScanner } from './scan.ts';

const scanner = createScanner({ now: new Date('2026-11-26') });
const found = (text: string, path?: string): string[] =>
  scanner.scan(text, path).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

describe('a scan', () => {
  it.each<[string, string[]]>([
    ['SSN 536-22-1234, DOB 4/5/1967', ['US_SSN 536-22-1234', 'DATE_OF_BIRTH 4/5/1967']],
    ['The number 123456789 is my SSN', ['US_SSN 123456789']],
    ['+44 (0)20 7946 0958 ext. 12', ['PHONE +44 (0)20 7946 0958 ext. 12']],
    ['4111 1111 1111 1111 123', ['PAYMENT_CARD 4111 1111 1111 1111']],
    ['de89 3704 0044 0532 0130 00', ['IBAN de89 3704 0044 0532 0130 00']],
    ['peer=[2001:db8::1]:443', ['IPV6 2001:db8::1']],
    ['::ffff:192.0.2.1', ['IPV6 ::ffff:192.0.2.1']],
    ['"john doe"@example.com', ['EMAIL "john doe"@example.com']],
    ['?subscribe=ann@a.example&x=1', ['EMAIL ann@a.example']],
    ['see https://e.example/a_(b), ok', ['URL https://e.example/a_(b)']],
    ['New York, NY 10001', ['US_ZIP 10001']],
    ['L898902C36UTO7408122F1204159ZE184226B<<<<<10', ['PASSPORT L898902C3']],
    ['<birthDate>1985-03-12</birthDate>', ['DATE_OF_BIRTH 1985-03-12']],
    ['电话13812345678', ['PHONE 13812345678']],
  ])('of "%s" finds %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    'order number 123456789',
    'epoch_ms=1607000000000, us 1607000000000000, ns 1607000000000000000',
    'Chrome/120.0.0.0 and version 1.2.3.4',
    '12:34:56 std::vector icon@2x.png git@github.com:a/b.git',
    '550e8400-e29b-41d4-a716-446655440000',
    'SSN 900-12-3456, 000-12-3456, 666-12-3456, 123-00-4567, 123-45-0000, 078-05-1120',
    'card 4111 1111 1111 1112',
    'wallet 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD',
    'DOB: 1990-02-30, 2090-01-01',
    'admitted 2024-01-05, born to run',
    'netmask 255.255.255.0',
  ])('of "%s" finds nothing', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('takes the label of a column in a table with a row of names', () => {
    const table = 'id,name,ssn,npi\n123456789,Ann,536221234,1234567893\n1234567893,"B, Bob",536221235,9';

    expect(found(table)).toEqual(['US_SSN 536221234', 'US_NPI 1234567893', 'US_SSN 536221235']);
  });

  it('takes the label of a field, and of the object around it', () => {
    expect(found('536221234', 'customer.ssn')).toEqual(['US_SSN 536221234']);
    expect(found('1 Oak St', 'customer.address.line1')).toEqual(['POSTAL_ADDRESS 1 Oak St']);
    expect(found('91', 'patient.age')).toEqual(['AGE 91']);
    expect(found('u-77', 'userId')).toEqual(['PERSON_ID u-77']);
    expect(found('192.0.2.7', 'ip_address')).toEqual(['IPV4 192.0.2.7']);
    expect(found('home', 'phone_type')).toEqual([]);
    expect(found('1.2.3.4', 'app_version')).toEqual([]);
  });

  it('sees through digits of other scripts, invisible characters and look-alikes, and points at the original', () => {
    expect(found('カード ４１１１ １１１１ １１１１ １１１１')).toEqual([
      'PAYMENT_CARD ４１１１ １１１１ １１１１ １１１１',
    ]);
    expect(found('SSN 536\u200b-22\u2011-1234'.replace('\u2011-', '\u2011'))).toEqual([
      'US_SSN 536\u200b-22\u20111234',
    ]);
    expect(found('IBAN D\u041589370400440532013000')).toEqual(['IBAN D\u041589370400440532013000']);
    expect(found('😀 ssn ٥٣٦٢٢١٢٣٤ 😀')).toEqual(['US_SSN ٥٣٦٢٢١٢٣٤']);
  });

  it('looks only for the kinds, scores and countries asked for', () => {
    const scan = (text: string, kinds: PiiKind[], regions: string[] = [], minScore = 0.5) =>
      createScanner({ kinds, regions, minScore, now: new Date() })
        .scan(text)
        .map(({ kind }) => kind);

    expect(scan('a@b.example 192.0.2.1', ['IPV4'])).toEqual(['IPV4']);
    expect(scan('http://192.0.2.1/', ['IPV4'])).toEqual(['IPV4']);
    expect(scan('passport 12AB34567', ['PASSPORT'], ['FR'])).toEqual(['PASSPORT']);
    expect(scan('passport 12AB34567', ['PASSPORT'], ['US'])).toEqual([]);
    expect(scan('536 22 1234', ['US_SSN'], [], 0.8)).toEqual([]);
  });

  it('answers findings in order, inside of the text, without overlaps, whatever the text', () => {
    const piece = fc.constantFrom(
      'ssn ',
      '4111111111111111',
      '+1 415',
      '-555-2671',
      'a@b.example',
      '::1',
      ' ',
      '\n',
      'DE89',
      '0x',
      '٣',
      '\u200b',
      '😀',
      'dob 1/2/1990',
      '192.0.2.1',
      ',',
      '(',
      '"',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 30 }),
        (pieces) => {
          const text = pieces.join('');
          const findings = scanner.scan(text);
          const isInOrder = findings.every(
            ({ start, end, score }, index) =>
              start >= (findings[index - 1]?.end ?? 0) && end > start && end <= text.length && score > 0,
          );
          expect(isInOrder).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('ends also for texts made to be slow', () => {
    const nasty = [
      '1',
      '1 ',
      'a.',
      '@',
      '::',
      '(0',
      'x@',
      '0x',
      '1.',
      'a@b.co ',
      '192.0.2.1 ',
      'dob 1/2/1990 ',
      '4111 ',
    ];

    // An exponential scan of any of them would not end within the time that a test has.
    for (const piece of nasty) {
      const text = piece.repeat(60_000 / piece.length);
      expect(scanner.scan(text).every(({ end }) => end <= text.length)).toBe(true);
    }
  });
});
