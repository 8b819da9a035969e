import {
  BadRequest,
  ErrorInfo,
  PreconditionFailure,
  QuotaFailure,
  ResourceInfo,
  RetryInfo,
  Status,
} from '@weir/contracts/google/rpc';
import { catalogue, type Reason } from './catalogue/index.ts';
import { WeirError, type ErrorDetails } from './weir-error.ts';

/** The `domain` of every ErrorInfo. */
export const ERROR_DOMAIN = 'weir.dev';

const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

interface Any {
  typeUrl: string;
  value: Buffer;
}

/** The google.rpc.Status of an error: ErrorInfo always, the other details where they fit. */
export function encodeStatus(error: WeirError): Uint8Array {
  const details = [
    any('ErrorInfo', ErrorInfo.encode({ reason: error.reason, domain: ERROR_DOMAIN, metadata: { ...error.metadata } })),
    ...encodeDetails(error.details),
  ];
  return Status.encode({ code: error.code, message: error.message, details }).finish();
}

/** The error that a google.rpc.Status of this platform tells of; undefined where it is not one of ours. */
export function decodeStatus(bytes: Uint8Array): WeirError | undefined {
  const status = Status.decode(bytes);
  const info = find(status.details, 'ErrorInfo', ErrorInfo);
  if (!info || info.domain !== ERROR_DOMAIN || !isKnown(info.reason)) return undefined;
  return new WeirError(info.reason, status.message, info.metadata, decodeDetails(status.details));
}

function encodeDetails(details: ErrorDetails): Any[] {
  const { violations, quota, retryAfterMs, preconditions, resource } = details;
  const encoded: Any[] = [];
  if (violations?.length)
    encoded.push(any('BadRequest', BadRequest.encode(BadRequest.fromPartial({ fieldViolations: [...violations] }))));
  if (quota?.length)
    encoded.push(any('QuotaFailure', QuotaFailure.encode(QuotaFailure.fromPartial({ violations: [...quota] }))));
  if (preconditions?.length) {
    encoded.push(any('PreconditionFailure', PreconditionFailure.encode({ violations: [...preconditions] })));
  }
  if (resource) {
    const { type, name, description = '' } = resource;
    const info = { resourceType: type, resourceName: name, owner: '', description };
    encoded.push(any('ResourceInfo', ResourceInfo.encode(info)));
  }
  if (retryAfterMs !== undefined) {
    encoded.push(any('RetryInfo', RetryInfo.encode({ retryDelay: durationOf(retryAfterMs) })));
  }
  return encoded;
}

function decodeDetails(details: readonly Any[]): ErrorDetails {
  const retry = find(details, 'RetryInfo', RetryInfo)?.retryDelay;
  const resource = find(details, 'ResourceInfo', ResourceInfo);
  const violations = find(details, 'BadRequest', BadRequest)?.fieldViolations;
  const quota = find(details, 'QuotaFailure', QuotaFailure)?.violations;
  const preconditions = find(details, 'PreconditionFailure', PreconditionFailure)?.violations;
  return {
    ...(violations && { violations: violations.map(({ field, description }) => ({ field, description })) }),
    ...(quota && { quota: quota.map(({ subject, description }) => ({ subject, description })) }),
    ...(preconditions && { preconditions }),
    ...(resource && {
      resource: { type: resource.resourceType, name: resource.resourceName, description: resource.description },
    }),
    ...(retry && { retryAfterMs: Number(retry.seconds) * 1000 + retry.nanos / 1e6 }),
  };
}

const durationOf = (ms: number): { seconds: bigint; nanos: number } => ({
  seconds: BigInt(Math.floor(ms / 1000)),
  nanos: Math.round((ms % 1000) * 1e6),
});

const any = (type: string, message: { finish(): Uint8Array }): Any => ({
  typeUrl: TYPE_PREFIX + type,
  value: Buffer.from(message.finish()),
});

function find<T>(details: readonly Any[], type: string, codec: { decode(bytes: Uint8Array): T }): T | undefined {
  const found = details.find(({ typeUrl }) => typeUrl === TYPE_PREFIX + type);
  return found && codec.decode(found.value);
}

const isKnown = (name: string): name is Reason => Object.hasOwn(catalogue, name);
