/** The start is refused: its message has one line for each wrong setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** One line for each wrong setting, without secrets. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const wrong = problems.length === 1 ? '1 setting is wrong' : `${problems.length} settings are wrong`;
    super([`${wrong}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}
