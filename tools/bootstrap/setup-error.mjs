/** The machine cannot run Weir yet; the message says what to do about it. */
export class SetupError extends Error {
  name = 'SetupError';
}
