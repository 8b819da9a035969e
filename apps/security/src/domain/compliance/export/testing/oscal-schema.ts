import { z } from 'zod';

// The parts of the OSCAL 1.1.3 assessment-results model that exports use, written from the published model: required
// members, the patterns of tokens, UUIDs and times, the values that are allowed, no empty arrays, nothing unknown.

const token = z.string().regex(/^(?:\p{L}|_)(?:\p{L}|\p{N}|[.\-_])*$/u);
const uuid = z
  .string()
  .regex(/^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$/);
const dateTime = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/);
const text = z.string().regex(/^\S(?:.*\S)?$/s);
const some = <T extends z.ZodType>(item: T) => z.array(item).min(1);

const prop = z.strictObject({
  name: token,
  uuid: uuid.optional(),
  ns: z.url().optional(),
  value: text,
  class: token.optional(),
  remarks: z.string().optional(),
});

const observation = z.strictObject({
  uuid,
  title: z.string().optional(),
  description: z.string(),
  props: some(prop).optional(),
  methods: some(z.enum(['EXAMINE', 'INTERVIEW', 'TEST', 'UNKNOWN'])),
  types: some(z.enum(['ssp-statement-issue', 'control-objective', 'mitigation', 'finding', 'historic'])).optional(),
  collected: dateTime,
  'relevant-evidence': some(z.strictObject({ href: z.string().optional(), description: z.string() })).optional(),
});

const finding = z.strictObject({
  uuid,
  title: z.string(),
  description: z.string(),
  target: z.strictObject({
    type: z.enum(['statement-id', 'objective-id']),
    'target-id': token,
    status: z.strictObject({
      state: z.enum(['satisfied', 'not-satisfied']),
      reason: z.enum(['pass', 'fail', 'other']).optional(),
    }),
  }),
  'related-observations': some(z.strictObject({ 'observation-uuid': uuid })).optional(),
});

const result = z.strictObject({
  uuid,
  title: z.string(),
  description: z.string(),
  start: dateTime,
  end: dateTime.optional(),
  props: some(prop).optional(),
  'reviewed-controls': z.strictObject({
    'control-selections': some(z.strictObject({ 'include-controls': some(z.strictObject({ 'control-id': token })) })),
  }),
  observations: some(observation),
  findings: some(finding).optional(),
});

const resource = z.strictObject({
  uuid,
  title: z.string().optional(),
  description: z.string().optional(),
  props: some(prop).optional(),
  base64: z
    .strictObject({ filename: z.string().optional(), 'media-type': z.string().optional(), value: z.base64() })
    .optional(),
});

/** An OSCAL document of assessment results. */
export const oscalAssessmentResults = z.strictObject({
  'assessment-results': z.strictObject({
    uuid,
    metadata: z.strictObject({
      title: z.string(),
      'last-modified': dateTime,
      version: text,
      'oscal-version': text,
      props: some(prop).optional(),
    }),
    'import-ap': z.strictObject({ href: z.string() }),
    results: some(result),
    'back-matter': z.strictObject({ resources: some(resource) }),
  }),
});
