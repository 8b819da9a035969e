import { toBinary, type DescExtension, type DescFile } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { fileRegistry } from '@weir/contracts';
import type { ServerReflectionRequest, ServerReflectionResponse } from '@weir/contracts/grpc/reflection';
import { Code } from '@weir/errors';

type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;

/** Answers reflection requests for a server of these services. Files go out as compiled, custom options included. */
export function createReflector(services: readonly string[]): (request: ServerReflectionRequest) => Answer {
  return ({ messageRequest: asked }) => {
    switch (asked?.$case) {
      case 'listServices':
        return { $case: 'listServicesResponse', value: { service: services.map((name) => ({ name })) } };
      case 'fileByFilename':
        return filesOf(fileNamed(asked.value), asked.value);
      case 'fileContainingSymbol':
        return filesOf(fileWith(asked.value), asked.value);
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = asked.value;
        const extension = extensionsOf(containingType).find(({ number }) => number === extensionNumber);
        return filesOf(extension?.file, `extension ${extensionNumber} of ${containingType}`);
      }
      case 'allExtensionNumbersOfType': {
        const extensionNumber = extensionsOf(asked.value).map(({ number }) => number);
        return { $case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber } };
      }
      default:
        return failure(Code.INVALID_ARGUMENT, 'the request asks for nothing');
    }
  };
}

const fileNamed = (name: string): DescFile | undefined =>
  [...fileRegistry().files].find(({ proto }) => proto.name === name);

/** The file of a message, enum, service or extension, or of a method or field below one. */
function fileWith(symbol: string): DescFile | undefined {
  const found = fileRegistry().get(symbol);
  if (found) return found.file;
  const parent = symbol.slice(0, Math.max(0, symbol.lastIndexOf('.')));
  return parent === '' ? undefined : fileWith(parent);
}

const extensionsOf = (type: string): DescExtension[] =>
  [...fileRegistry()].filter((item) => item.kind === 'extension').filter(({ extendee }) => extendee.typeName === type);

/** A file and everything that it imports, as tools expect it. */
function filesOf(file: DescFile | undefined, what: string): Answer {
  if (!file) return failure(Code.NOT_FOUND, `there is no ${what}`);
  const files = new Set<DescFile>();
  const add = (one: DescFile): void => {
    if (files.has(one)) return;
    files.add(one);
    one.dependencies.forEach(add);
  };
  add(file);
  const fileDescriptorProto = [...files].map(({ proto }) => Buffer.from(toBinary(FileDescriptorProtoSchema, proto)));
  return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

const failure = (errorCode: number, errorMessage: string): Answer => ({
  $case: 'errorResponse',
  value: { errorCode, errorMessage },
});
