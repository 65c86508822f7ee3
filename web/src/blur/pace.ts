/** How fast work is to be: at least once in `patienceMs` within `withinMs`. */
export interface Demand {
  withinMs: number;
  patienceMs: number;
}

/** Watches whether work that is done again and again, one at a time, is done in time. */
export interface Pace {
  /** The work begins. */
  begin: () => void;
  /** It is done. */
  end: () => void;
  /** Nothing is watched any more. */
  stop: () => void;
}

/** Calls `missed` when nothing was done in time, from when work first begins, be it slow or stuck: once, and again if it came to be in time meanwhile. While there is nothing to do no time passes, unless what was done last was slow. */
export function watchPace({ withinMs, patienceMs }: Demand, missed: () => void): Pace {
  let begun = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    begin() {
      begun = performance.now();
      timer ??= setTimeout(missed, patienceMs);
    },
    end() {
      if (performance.now() - begun < withinMs) stop();
    },
    stop,
  };
}
