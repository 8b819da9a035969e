export { startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from './embedded.ts';
export { removeEmbeddedData } from './home.ts';
