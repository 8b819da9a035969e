/** How many runs are at work in this process. */
export interface RunActivity {
  /** Counts a run of a component ("components/<id>") of a tenant until it is disposed. */
  begin(tenant: string, component: string): Disposable;
  running(tenant: string, component: string): number;
  /** Components of a tenant with a run at work. */
  components(tenant: string): string[];
}

/** Nothing at work. */
export function runActivity(): RunActivity {
  const counts = new Map<string, number>();
  const keyOf = (tenant: string, component: string): string => `${tenant} ${component}`;
  const add = (key: string, more: number): void => {
    const count = (counts.get(key) ?? 0) + more;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  };
  return {
    begin(tenant, component) {
      const key = keyOf(tenant, component);
      add(key, 1);
      return { [Symbol.dispose]: () => add(key, -1) };
    },
    running: (tenant, component) => counts.get(keyOf(tenant, component)) ?? 0,
    components: (tenant) =>
      [...counts.keys()].filter((key) => key.startsWith(`${tenant} `)).map((key) => key.slice(tenant.length + 1)),
  };
}
