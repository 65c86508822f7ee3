import { useEffect, useRef, useState } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './one-line.module.css';

/** Text in one line. Where that cuts it off it can be pressed, by touch and by key, and takes as many lines as it needs. */
export function OneLine({ text }: { text: string }) {
  const line = useRef<HTMLSpanElement>(null);
  const [isCut, setCut] = useState(false);
  const [whole, setWhole] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is longer or shorter in the same room
  useEffect(() => {
    if (line.current === null || whole) return;
    const observer = new ResizeObserver(([entry]) => {
      const box = entry?.target.firstElementChild ?? entry?.target;
      setCut(box !== undefined && box.scrollWidth > box.clientWidth);
    });
    observer.observe(line.current);
    return () => observer.disconnect();
  }, [text, whole]);

  return (
    <span ref={line} className={cx(styles.line, whole && styles.whole)} dir="auto" title={text}>
      {isCut || whole ? (
        <button type="button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {text}
        </button>
      ) : (
        text
      )}
    </span>
  );
}
