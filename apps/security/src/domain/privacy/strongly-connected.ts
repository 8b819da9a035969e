/** What leads on from each node. */
type Successors = (node: number) => readonly number[];

/**
 * The strongly connected components that can be reached from some nodes (Tarjan 1972, without recursion); undefined
 * when that takes more than `maxSteps` edges.
 */
export function stronglyConnected(
  roots: Iterable<number>,
  successors: Successors,
  maxSteps: number,
): number[][] | undefined {
  const search = depthFirst(successors);
  for (const root of roots) {
    const path = search.isKnown(root) ? [] : [search.enter(root)];
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      if (search.steps() > maxSteps) return undefined;
      const { value, done } = frame.next.next();
      if (done) {
        path.pop();
        search.leave(frame.node, path.at(-1)?.node);
      } else if (search.isKnown(value)) search.meet(frame.node, value);
      else path.push(search.enter(value));
    }
  }
  return search.components;
}

function depthFirst(successors: Successors) {
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const open = new Set<number>();
  const stack: number[] = [];
  const components: number[][] = [];
  let steps = 0;

  const lower = (node: number, to: number | undefined): void =>
    void low.set(node, Math.min(low.get(node) ?? Infinity, to ?? Infinity));

  return {
    components,
    steps: () => steps,
    isKnown: (node: number) => order.has(node),
    enter(node: number) {
      low.set(node, order.size);
      order.set(node, order.size);
      stack.push(node);
      open.add(node);
      const next = successors(node);
      steps += next.length;
      return { node, next: next.values() };
    },
    /** An edge to a node that was entered before. */
    meet(node: number, other: number) {
      if (open.has(other)) lower(node, order.get(other));
    },
    leave(node: number, parent: number | undefined) {
      if (parent !== undefined) lower(parent, low.get(node));
      if (low.get(node) !== order.get(node)) return;
      const component = stack.splice(stack.lastIndexOf(node));
      for (const one of component) open.delete(one);
      components.push(component);
    },
  };
}
