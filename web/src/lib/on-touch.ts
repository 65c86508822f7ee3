const signs = ['click', 'keydown', 'pointerup'] as const;

/** Calls `react` whenever somebody does something on the page that lets browsers begin what they do not let pages begin by themselves. Returns the function that ends that. */
export function onTouch(react: () => void): () => void {
  for (const sign of signs) addEventListener(sign, react, { capture: true });
  return () => {
    for (const sign of signs) removeEventListener(sign, react, { capture: true });
  };
}
