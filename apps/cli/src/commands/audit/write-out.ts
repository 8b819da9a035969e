import { writeFileSync } from 'node:fs';

/** Writes text to a file, or to stdout where none is named. */
export function writeOut(file: string | undefined, text: string): void {
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}
