/** A table whose cells may hold any text. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Text as code, or nothing for none. */
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** Says where a page comes from, so that nobody edits it. */
export const generatedFrom = (source: string): string =>
  `<!-- Written by npm run gen from ${source}. Edit that, not this. -->`;

const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replace(/`[^`]*`|</g, (part) => (part === '<' ? '&lt;' : part));
