// node healthy.mjs URL: succeeds if the URL answers with 2xx within four seconds: readiness asks the stores, which have two. The health
// check of the images, which have no curl.
const [url = ''] = process.argv.slice(2);
try {
  const { ok } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
