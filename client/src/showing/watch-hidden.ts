/** A glance at another tab is no absence, ms. */
const glanceMs = 10_000;

/** Tells when nobody has looked at the page for a while, and at once when somebody does again. Returns the function that ends that. */
export function watchHidden(onChange: (hidden: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => onChange(true), glanceMs);
    else onChange(false);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
