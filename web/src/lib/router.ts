import { useSyncExternalStore } from 'react';

/** The pages of the app, by path. */
export type Page = { name: 'home' } | { name: 'meeting'; meetingId: string } | { name: 'mesh' } | { name: 'unknown' };

function pageAt(path: string): Page {
  if (path === '/') return { name: 'home' };
  if (path === '/mesh') return { name: 'mesh' };
  const meetingId = /^\/m\/([\w-]+)\/?$/.exec(path)?.[1];
  return meetingId === undefined ? { name: 'unknown' } : { name: 'meeting', meetingId };
}

export function navigate(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

export function usePage(): Page {
  return pageAt(useSyncExternalStore(subscribe, () => location.pathname));
}

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange);
  return () => removeEventListener('popstate', onChange);
}
