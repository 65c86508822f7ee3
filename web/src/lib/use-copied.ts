import { useEffect, useState } from 'react';

/** `yes`: just now; `refused`: the browser does not let pages do that. */
export type Copied = 'no' | 'yes' | 'refused';

const shownMs = 4_000;

/** Puts text where the person can paste it, and says for a moment what came of it. */
export function useCopied(): [Copied, (text: string) => void] {
  const [copied, setCopied] = useState<Copied>('no');
  useEffect(() => {
    if (copied === 'no') return;
    const timer = setTimeout(() => setCopied('no'), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, (text) => void write(text).then(setCopied)];
}

async function write(text: string): Promise<Copied> {
  try {
    await navigator.clipboard.writeText(text);
    return 'yes';
  } catch (error) {
    console.debug('canopy: nothing can be copied', error);
    return 'refused';
  }
}
