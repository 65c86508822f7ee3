/** What one check found. `advice` says what to do, wherever something is wrong. */
export type Finding =
  | { check: string; status: 'ok' | 'skipped'; text: string }
  | { check: string; status: 'warning' | 'failed'; text: string; advice: string };

export function ok(check: string, text: string): Finding {
  return { check, status: 'ok', text };
}

export function skipped(check: string, text: string): Finding {
  return { check, status: 'skipped', text };
}

export function warning(check: string, text: string, advice: string): Finding {
  return { check, status: 'warning', text, advice };
}

export function failed(check: string, text: string, advice: string): Finding {
  return { check, status: 'failed', text, advice };
}
