import pc from 'picocolors';

/** A line for the person at the terminal. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A heading. */
export const title = (text: string): void => say(`\n${pc.bold(text)}`);
