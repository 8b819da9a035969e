import type { Random } from '../random.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  de: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
  fr: [
    'janvier',
    'février',
    'mars',
    'avril',
    'mai',
    'juin',
    'juillet',
    'août',
    'septembre',
    'octobre',
    'novembre',
    'décembre',
  ],
  es: [
    'enero',
    'febrero',
    'marzo',
    'abril',
    'mayo',
    'junio',
    'julio',
    'agosto',
    'septiembre',
    'octubre',
    'noviembre',
    'diciembre',
  ],
};

const ordinal = (day: number): string =>
  `${day}${day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th'}`;

/** Dates of birth as people of several countries write them. */
export function birthDates(random: Random): string {
  const [year, month, day] = [random.int(1931, 2009), random.int(1, 12), random.int(1, 28)];
  const [m, d] = [String(month).padStart(2, '0'), String(day).padStart(2, '0')];
  const name = (language: string): string => NAMES[language]?.[month - 1] ?? '';
  return random.pick([
    `${year}-${m}-${d}`,
    `${month}/${day}/${year}`,
    `${d}.${m}.${year}`,
    `${d}-${m}-${year}`,
    `${ordinal(day)} ${name('en')} ${year}`,
    `${name('en')} ${ordinal(day)}, ${year}`,
    `${d} ${name('en').slice(0, 3).toUpperCase()} ${year}`,
    `${year}${m}${d}`,
    `${day}. ${name('de')} ${year}`,
    `${day} ${name('fr')} ${year}`,
    `${day} de ${name('es')} de ${year}`,
    `${year}年${month}月${day}日`,
    `${d}/${m}/${String(year).slice(2)}`,
  ]);
}
