/** Where a value is: names of fields, "[]" for an element of a list. */
export type Path = readonly string[];

/** "contacts[].phone"; the form that rules and totals use. */
export const pathText = (path: Path): string => path.join('.').replaceAll('.[]', '[]');

/** The segments of a rule's path. */
export const pathSegments = (text: string): string[] =>
  text
    .replaceAll('[]', '.[]')
    .split('.')
    .filter((one) => one !== '');

/** Finds what a path of a rule names; "*" stands for one name. */
export interface PathTable<T> {
  find(path: Path): T | undefined;
}

interface Node<T> {
  readonly next: Map<string, Node<T>>;
  value: T | undefined;
}

/** Looks paths up in the order of their segments; a name goes before "*". */
export function pathTable<T>(entries: Iterable<readonly [string, T]>): PathTable<T> {
  const root: Node<T> = { next: new Map(), value: undefined };
  for (const [text, value] of entries) {
    let node = root;
    for (const segment of pathSegments(text)) {
      const next: Node<T> = node.next.get(segment) ?? { next: new Map(), value: undefined };
      node.next.set(segment, next);
      node = next;
    }
    node.value ??= value;
  }
  const find = (node: Node<T>, path: Path, at: number): T | undefined => {
    const segment = path[at];
    if (segment === undefined) return node.value;
    const named = node.next.get(segment);
    const found = named && find(named, path, at + 1);
    if (found !== undefined) return found;
    const any = node.next.get('*');
    return any && find(any, path, at + 1);
  };
  return { find: (path) => find(root, path, 0) };
}
