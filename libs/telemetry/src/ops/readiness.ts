/** Says why a part is not ready, in words for an operator; undefined when it is. */
export type ReadinessCheck = () => string | undefined;

/** Named checks: "database", "tokens", ... */
export type ReadinessChecks = Readonly<Record<string, ReadinessCheck>>;

/** A part that is not ready. */
export interface Missing {
  readonly check: string;
  readonly why: string;
}

/** What is not ready; a check that throws counts as such. */
export const missingParts = (checks: ReadinessChecks): Missing[] =>
  Object.entries(checks).flatMap(([check, ask]) => {
    const why = answerOf(ask);
    return why === undefined ? [] : [{ check, why }];
  });

function answerOf(ask: ReadinessCheck): string | undefined {
  try {
    return ask();
  } catch (error) {
    return `the check failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
