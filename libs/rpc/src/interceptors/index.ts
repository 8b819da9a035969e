import type { Interceptor } from '../interceptor.ts';
import { audit } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { deadline } from './deadline.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { limit } from './limit.ts';
import { log } from './log.ts';
import { measure } from './measure.ts';
import { trace } from './trace.ts';
import { transaction } from './transaction.ts';
import { translate } from './translate.ts';
import { validate } from './validate.ts';

/** The way of every call, outermost first. The order is the design. */
export const interceptors: readonly Interceptor[] = [
  trace, //        a server span: everything below happens inside it
  measure, //      above authentication, so that refusals count
  log, //          one line per call, with the outcome that the caller sees
  translate, //    one place decides what callers see of a failure
  encode, //       an answer that is none is a failure too
  deadline, //     every call ends, and the time left travels with what it calls
  audit, //        refusals by anything below leave their event too
  authenticate, // who is it
  limit, //        before work is spent on it; per principal, so after authentication
  decode, //       what is not a message goes no further
  authorize, //    the rule in the method's proto options
  validate, //     what no field of any message may hold
  transaction, //  a mutation, its audit event and its answer commit together
];
