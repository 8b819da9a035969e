const MAX_CHARACTERS = 200;

/** What went wrong with a file, in one line that names neither its path nor its content. */
export function problemOf(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.replaceAll(path, 'the file').split('\n');
  // What the engine quotes is data.
  const plain = line.replace(/(["'`]).*?\1/g, '...').trim();
  return plain.slice(0, MAX_CHARACTERS);
}
