/** Puts text where the person can paste it. Rejects where the browser forbids that. */
export function copyText(text: string): Promise<void> {
  return navigator.clipboard.writeText(text);
}
