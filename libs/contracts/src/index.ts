export { dataSensitivity, raisedSensitivity } from './data-sensitivity.ts';
export { descriptorSet, fileRegistry } from './descriptors.ts';
export { encodeMessage } from './encode-message.ts';
export { camelCase, snakeCase } from './field-names.ts';
export { methodRules, methodsWithoutRule, type MethodInfo } from './rules.ts';
export type {
  DeepPartial,
  MessageType,
  MethodDefinition,
  RequestOf,
  ResponseOf,
  ServiceDefinition,
} from './service-definition.ts';
