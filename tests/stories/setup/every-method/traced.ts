import { randomBytes } from 'node:crypto';
import { fixedToken, RemoteError, createClient, openChannel, type CallOptions, type Client } from '@weir/client';
import { methodRules, type MethodInfo, type ServiceDefinition } from '@weir/contracts';
import { Code, WeirError } from '@weir/errors';
import type { RuleCall } from '../rule-calls.ts';
import type { MeshFacts } from '../start-mesh.ts';
import { addressOf, type Actor } from '../story.ts';

/** A call that was made, and by whom. */
export interface TracedCall extends RuleCall {
  /** The name of the principal; empty for nobody. */
  readonly caller: string;
}

/** Someone whose calls carry a trace of their own each, and are noted. */
export interface Voice {
  readonly name: string;
  client<S extends ServiceDefinition>(definition: S): Client<S>;
}

/** The voice of an actor; without one, of somebody who has no token. */
export function voiceOf(mesh: MeshFacts, actor: Actor | undefined, calls: TracedCall[]): Voice {
  const name = actor?.name ?? '';
  return {
    name,
    client(definition) {
      const plain = actor ? actor.client(definition) : nobodysClient(mesh, definition);
      const methods = Object.entries(definition.methods).map(([key, { name: method }]) => {
        const info = methodRules().get(`/${definition.fullName}/${method}`);
        if (!info) throw new Error(`${method} has no rule`);
        return [key, traced(info, name, (plain as Methods)[key] ?? missing, calls)];
      });
      return Object.fromEntries(methods) as Client<typeof definition>;
    },
  };
}

function nobodysClient<S extends ServiceDefinition>(mesh: MeshFacts, definition: S): Client<S> {
  const service = definition.fullName.split('.')[1] ?? '';
  return createClient(definition, openChannel({ address: addressOf(mesh, service), tokens: fixedToken('') }));
}

type Method = (input: unknown, options?: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;
type Methods = Readonly<Record<string, Method>>;

const missing: Method = () => Promise.reject(new Error('no such method'));

function traced({ path, rule, responseStream }: MethodInfo, caller: string, call: Method, calls: TracedCall[]): Method {
  const begin = () => {
    const trace = randomBytes(16).toString('hex');
    const metadata = { traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01` };
    return { metadata, note: (code: number | undefined) => void calls.push({ path, rule, trace, code, caller }) };
  };

  async function* stream(input: unknown, options: CallOptions = {}): AsyncGenerator {
    const { metadata, note } = begin();
    // What is not read to its end is cancelled, and its outcome is the service's to tell.
    let code: number | undefined;
    try {
      yield* call(input, { timeoutMs: 60_000, ...options, metadata }) as AsyncIterable<unknown>;
      code = Code.OK;
    } catch (error) {
      code = codeOf(error);
      throw error;
    } finally {
      note(code);
    }
  }

  async function unary(input: unknown, options: CallOptions = {}): Promise<unknown> {
    const { metadata, note } = begin();
    try {
      const answer = await call(input, { timeoutMs: 60_000, ...options, metadata });
      note(Code.OK);
      return answer;
    } catch (error) {
      note(codeOf(error));
      throw error;
    }
  }

  return responseStream ? stream : unary;
}

const codeOf = (error: unknown): number =>
  error instanceof WeirError || error instanceof RemoteError ? error.code : Code.UNKNOWN;
