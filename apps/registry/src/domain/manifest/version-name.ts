import semver from 'semver';
import { z } from 'zod';
import { ID, versionNameParts } from '../names.ts';

const MAX_VERSION = 128;
const NAME = new RegExp(`^components/${ID}/versions/[^/]+$`);

/** The name of a version that can be published: SemVer 2.0.0, of at most 128 characters. */
export const versionName = () =>
  z.string().superRefine((name, context) => {
    if (name === '') context.addIssue('is required');
    else if (!NAME.test(name)) context.addIssue('must be "components/<id>/versions/<semver>"');
    else {
      const problem = versionProblem(versionNameParts(name).version);
      if (problem) context.addIssue(problem);
    }
  });

/** Why a text is no version that can be published; undefined when it is one. */
export function versionProblem(version: string): string | undefined {
  if (version.length > MAX_VERSION) return `must have a version of at most ${MAX_VERSION} characters`;
  // node-semver trims, drops a leading "v" and leaves build metadata out: compare with what went in.
  const parsed = semver.parse(version);
  const whole = parsed && [parsed.version, ...(parsed.build.length > 0 ? [parsed.build.join('.')] : [])].join('+');
  if (whole !== version) return 'must have a SemVer 2.0.0 version, with numbers up to 9007199254740991, like 1.2.0';
  // Beyond this, node-semver would compare numeric identifiers as text.
  const tooLarge = parsed?.prerelease.some((id) => typeof id === 'string' && /^\d+$/.test(id));
  return tooLarge ? 'must have numeric identifiers up to 9007199254740990' : undefined;
}
