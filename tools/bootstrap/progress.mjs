const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const PLAIN_INTERVAL_MS = 5000;

/** Says what is going on: one line that turns on a terminal, a line now and then elsewhere. */
export function createProgress(out) {
  const alive = out.isTTY && !process.env.CI && process.env.TERM !== 'dumb';
  let timer;
  let text = '';
  let began = 0;
  let frame = 0;

  const line = () => `${text} (${Math.round((Date.now() - began) / 1000)} s)`;
  const clear = () => alive && timer && out.write('\r\x1b[2K');
  const tick = () => out.write(alive ? `\r\x1b[2K${FRAMES[frame++ % FRAMES.length]} ${line()}` : `${line()}\n`);

  const stop = () => {
    clear();
    clearInterval(timer);
    timer = undefined;
  };

  return {
    /** Begins a piece of work, or says more about the one in progress. */
    update(next) {
      text = next;
      if (timer) return;
      began = Date.now();
      if (!alive) out.write(`${text}\n`);
      timer = setInterval(tick, alive ? 100 : PLAIN_INTERVAL_MS);
    },
    /** Ends it with a line that stays. */
    done(last) {
      const seconds = Math.round((Date.now() - began) / 1000);
      stop();
      out.write(`${last} in ${seconds} s\n`);
    },
    stop,
  };
}
