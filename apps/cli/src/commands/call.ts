import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createClient, openChannel } from '@weir/client';
import * as agent from '@weir/contracts/agent';
import * as audit from '@weir/contracts/audit';
import * as deployment from '@weir/contracts/deployment';
import * as registry from '@weir/contracts/registry';
import * as security from '@weir/contracts/security';
import { fileRegistry, type MethodDefinition, type ServiceDefinition } from '@weir/contracts';
import type { ServiceName } from '@weir/mesh';
import { connectionOf } from './connect.ts';
import { printJson } from './print.ts';
import { messageFromJson, messageToJson } from './proto-json.ts';

const contracts: Readonly<Record<ServiceName, object>> = { registry, security, audit, agent, deployment };

/** `weir call`: any method of any service, JSON in, JSON out. */
export function registerCall(program: Command): void {
  program
    .command('call <method> [request]')
    .description(
      'call any method: weir call TenantService/GetTenant \'{"name": "tenants/acme"}\' (- reads the request from stdin)',
    )
    .action(async (name: string, request: string | undefined, _options: unknown, command: Command) => {
      const { service, definition, key, method } = findMethod(name);
      const { input, output } = typesOf(definition, method);
      const print = (message: unknown): void => printJson(messageToJson(output, method.responseType, message));
      const { addresses, tokens } = connectionOf(command);
      await using channel = openChannel({ address: addresses[service], ...(tokens && { tokens }) });
      const client = createClient(definition, channel) as Readonly<Record<string, (input: unknown) => unknown>>;
      const call = client[key];
      if (!call) throw new Error(`${name} cannot be called`);
      const message = messageFromJson(input, method.requestType, readRequest(request));
      const answer = call(method.requestStream ? oneMessage(message) : message);
      if (method.responseStream) {
        for await (const item of answer as AsyncIterable<unknown>) print(item);
      } else print(await answer);
    });
}

const readRequest = (request: string | undefined): string =>
  request === '-' ? readFileSync(0, 'utf8') : (request ?? '{}');

function typesOf({ fullName }: ServiceDefinition, { name }: MethodDefinition): { input: string; output: string } {
  const method = fileRegistry()
    .getService(fullName)
    ?.methods.find((candidate) => candidate.name === name);
  if (!method) throw new Error(`the contract has no method ${fullName}/${name}`);
  return { input: method.input.typeName, output: method.output.typeName };
}

// Client streams are given their first message here; more of them need a program.
async function* oneMessage(message: unknown): AsyncGenerator {
  yield await Promise.resolve(message);
}

interface Found {
  readonly service: ServiceName;
  readonly definition: ServiceDefinition;
  readonly key: string;
  readonly method: MethodDefinition;
}

/** Takes "TenantService/GetTenant" and "weir.registry.v1.TenantService/GetTenant". */
function findMethod(name: string): Found {
  const all = [...everyMethod()];
  const wanted = name.replace(/^\//, '');
  const found = all.find(({ definition, method }) =>
    [`${definition.fullName}/${method.name}`, `${definition.name}/${method.name}`].includes(wanted),
  );
  if (found) return found;
  const near = all.filter(({ method }) => wanted.toLowerCase().includes(method.name.toLowerCase()));
  const hint = near.map(({ definition, method }) => `${definition.name}/${method.name}`).join(', ');
  throw new Error(`there is no method ${name}${hint ? `; did you mean ${hint}?` : '. List them: weir methods'}`);
}

/** Every method of every service. */
export function* everyMethod(): Generator<Found> {
  for (const [service, contract] of Object.entries(contracts)) {
    for (const definition of Object.values(contract).filter(isDefinition)) {
      for (const [key, method] of Object.entries(definition.methods)) {
        yield { service: service as ServiceName, definition, key, method };
      }
    }
  }
}

const isDefinition = (value: unknown): value is ServiceDefinition =>
  typeof value === 'object' && value !== null && 'fullName' in value && 'methods' in value;
