import { startMesh, SERVICES, type Mesh, type MeshOptions } from '@weir/mesh';
import { Listr } from 'listr2';

/** Starts a mesh and shows what is starting and what is up. */
export async function bootMesh(options: Omit<MeshOptions, 'onStart'>): Promise<Mesh> {
  const parts = ['PostgreSQL', ...SERVICES].map((name) => ({ name, up: Promise.withResolvers<void>() }));
  for (const { up } of parts) up.promise.catch(() => undefined);
  const progress = new Listr<object>(
    parts.map(({ name, up }) => ({ title: name, task: () => up.promise })),
    { concurrent: true, exitOnError: false, rendererOptions: { collapseErrors: false } },
  );
  const shown = progress.run();

  try {
    return await startMesh({
      ...options,
      onStart: (name, ready) => void ready.then(...settle(parts.find((part) => part.name === name)?.up)),
    });
  } catch (error) {
    for (const { up } of parts) up.reject(new Error('not started'));
    throw error;
  } finally {
    await shown;
  }
}

const settle = (up: PromiseWithResolvers<void> | undefined) =>
  [() => up?.resolve(), (error: Error) => up?.reject(error)] as const;
