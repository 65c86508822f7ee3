/**
 * What is at the URL.
 * @param {string} url
 * @param {{ answerMs: number, totalMs: number }} patience for the first byte, and for all of them
 */
export async function fetchBytes(url, patience) {
  const answered = new AbortController();
  const timer = setTimeout(() => answered.abort(new Error('no answer')), patience.answerMs);
  const signal = AbortSignal.any([answered.signal, AbortSignal.timeout(patience.totalMs)]);
  const response = await fetch(url, { signal }).finally(() => clearTimeout(timer));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
