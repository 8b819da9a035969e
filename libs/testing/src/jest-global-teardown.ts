import { stopServer } from './jest-global-setup.ts';

/** Ends what the set-up of the run has started. */
export default stopServer;
