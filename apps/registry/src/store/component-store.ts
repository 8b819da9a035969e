import type { Scope } from '@weir/context';
import type { Certification, Clearance, ComponentVersion, DataFormat, Lifecycle } from '@weir/contracts/registry';
import type { Tallies } from '../domain/facets.ts';
import type { PublishedVersion, VersionPlace } from '../domain/published-version.ts';
import type { Span } from '../domain/version-spans.ts';

/**
 * Published versions. The scope decides what is there: a tenant's scope sees what the tenant was granted, within its
 * ceiling and not archived; the platform's sees everything.
 */
export interface ComponentStore {
  /** Makes the component if it is new, and holds it until the transaction ends: one publisher at a time. */
  hold(scope: Scope, component: string): Promise<void>;
  /** Whether anything was ever published of it. */
  exists(scope: Scope, component: string): Promise<boolean>;
  /** What was published with this precedence, whatever its build metadata. */
  published(scope: Scope, place: VersionPlace): Promise<{ name: string; digest: string } | undefined>;
  /** Adds a version that does not exist yet. */
  publish(scope: Scope, manifest: ComponentVersion, digest: string, publishedBy: string): Promise<void>;
  /** The version of this name; an archived one only by the digest that a lock holds for it, or for the platform. */
  find(scope: Scope, name: string, lockedDigest?: string): Promise<PublishedVersion | undefined>;
  /** The version that an alias points at. */
  findByAlias(scope: Scope, component: string, alias: string): Promise<PublishedVersion | undefined>;
  /** The versions of a component below `key` that are not archived, highest first, in batches, without runtime. */
  lowerThan(scope: Scope, place: VersionPlace, batch: number): AsyncIterable<PublishedVersion[]>;
  /** A page by component, ascending, then by precedence, highest first, without runtime. */
  discover(scope: Scope, filter: DiscoveryFilter, page: VersionPage): Promise<VersionsFound>;
  /** A page of one component's versions by precedence, highest first, without runtime. */
  versionsOf(scope: Scope, filter: VersionFilter, page: VersionPage): Promise<VersionsFound>;
  /** Those of a few versions that can be seen and are not archived, without runtime: at most 12 fit into one answer. */
  visible(scope: Scope, places: readonly VersionPlace[]): Promise<PublishedVersion[]>;
  /** Counts the versions that pass a filter, alike ones together. */
  tally(scope: Scope, filter: DiscoveryFilter, wantsCapabilities: boolean): Promise<Tallies>;
  /** How many versions of a component in the spans a tenant can see. */
  countVisible(scope: Scope, tenant: string, component: string, spans: readonly Span[]): Promise<number>;
}

/** Which versions to find; an empty part lets all pass. */
export interface DiscoveryFilter {
  readonly capabilities: readonly string[];
  readonly dataFormats: readonly DataFormat[];
  readonly minClearance: Clearance;
  readonly certifications: readonly Certification[];
  readonly lifecycles: readonly Lifecycle[];
  readonly text: string;
}

/** Which versions of a component to list. */
export interface VersionFilter {
  readonly component: string;
  /** Undefined: all. */
  readonly spans: readonly Span[] | undefined;
  readonly showArchived: boolean;
}

/** Where a page begins and how long it is. */
export interface VersionPage {
  readonly after: VersionPlace | undefined;
  readonly limit: number;
}

/** A page; cut short before it grows beyond what one message holds. */
export interface VersionsFound {
  readonly versions: PublishedVersion[];
  readonly more: boolean;
}
