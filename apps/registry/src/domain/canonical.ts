import { ComponentVersion, Lock } from '@weir/contracts/registry';
import { createHash } from 'node:crypto';

/**
 * The digest of a version's content: "sha256:" and the SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of its
 * protobuf JSON form. The version must be one that `manifest` made, which sorts sets and fills in defaults.
 */
export function contentDigest(component: ComponentVersion): string {
  const { name, displayName, description, capabilities, dataFormats, resources, clearance, ...rest } = component;
  const { certifications, dependencies, lineageTracking, parameters, runtime } = rest;
  const shown = { name, displayName, description, capabilities, dataFormats, resources, clearance };
  const content = { ...shown, certifications, dependencies, lineageTracking, parameters, runtime };
  return sha256(canonicalJson(ComponentVersion.toJSON(ComponentVersion.fromPartial(content))));
}

/** The digest of a lock: of the canonical JSON of its requirements and components. */
export const lockDigest = ({ requirements, components }: Omit<Lock, 'digest'>): string =>
  sha256(canonicalJson(Lock.toJSON({ requirements, components, digest: '' })));

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** JSON as RFC 8785 has it: keys in the order of their UTF-16 code units, numbers and text as ECMAScript prints them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${member(key, value[key])}`).join(',')}}`;
}

const member = (key: string, value: unknown): string =>
  DURATIONS.has(key) && isRecord(value) ? JSON.stringify(durationJson(value)) : canonicalJson(value);

// Generated code writes durations as objects; protobuf JSON writes them as "3600s".
const DURATIONS: ReadonlySet<string> = new Set(['maxAge', 'ttl', 'initialDelay', 'period', 'timeout']);

function durationJson({ seconds = '0', nanos = 0 }: { seconds?: unknown; nanos?: unknown }): string {
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0')}`.replace(/(?:000)+$/, '');
  return `${String(seconds)}${fraction}s`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
