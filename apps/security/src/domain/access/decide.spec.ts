import { factsOf } from './facts.ts';
import { settle, refsOf } from './decide.ts';
import { policySet } from './policy-set.ts';
import { naiveDecision } from './testing/naive.ts';
import { dice, randomPolicies, randomPrincipal, randomQuestion } from './testing/random-access.ts';

// As many as take a second; the campaign of the decider asks 200,000, with caches and a database beneath.
const CASES = 40_000;
const QUESTIONS = 500;

describe('a decision', () => {
  it(`is that of a naive evaluator, in ${CASES} random cases`, () => {
    const reasons = new Map<number, number>();
    for (let round = 0; round < CASES / QUESTIONS; round += 1) {
      const roll = dice(round);
      const policies = randomPolicies(roll);
      const compiled = policySet(1n, policies);
      for (let index = 0; index < QUESTIONS; index += 1) {
        const question = randomQuestion(roll);
        const principal = randomPrincipal(roll);

        const fast = settle(compiled, factsOf(question, principal, new Date(NaN)));
        const slow = naiveDecision({ policies, question, principal });

        const seen = {
          reason: fast.reason,
          classification: fast.classification,
          controls: refsOf(fast.controls).map(({ policy, controlId }) => `${policy}#${controlId}`),
        };
        if (JSON.stringify(seen) !== JSON.stringify(slow)) expect({ round, index, question, ...seen }).toEqual(slow);
        reasons.set(fast.reason, (reasons.get(fast.reason) ?? 0) + 1);
      }
    }
    // The cases would prove little if some outcome hardly ever came up.
    for (const reason of [1, 2, 3, 4, 5, 6, 7, 8]) expect(reasons.get(reason)).toBeGreaterThan(200);
  }, 120_000);

  it('does not depend on the order of policies', () => {
    for (let round = 0; round < 200; round += 1) {
      const roll = dice(round);
      const policies = randomPolicies(roll);
      const facts = factsOf(randomQuestion(roll), randomPrincipal(roll), new Date());

      const forwards = settle(policySet(1n, policies), facts);
      const backwards = settle(policySet(1n, policies.toReversed()), facts);

      expect([backwards.reason, refsOf(backwards.controls)]).toEqual([forwards.reason, refsOf(forwards.controls)]);
    }
  });
});
