// Ends what the set-up of the run has started; jest asks for a default export.
export { stopServer as default } from './jest-global-setup.ts';
