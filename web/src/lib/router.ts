import { useSyncExternalStore } from 'react';

/** The pages of the app, by path. */
export type Page =
  | { name: 'home' | 'mesh' | 'operators' | 'calendar' | 'own-recordings' | 'account' | 'reset' | 'unknown' }
  | { name: 'meeting' | 'recordings'; meetingId: string }
  | { name: 'schedule'; scheduleId: string }
  | { name: 'room'; handle: string };

function pageAt(pathname: string): Page {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  if (path === '/') return { name: 'home' };
  if (path === '/mesh') return { name: 'mesh' };
  if (path === '/operators') return { name: 'operators' };
  if (path === '/calendar') return { name: 'calendar' };
  if (path === '/recordings') return { name: 'own-recordings' };
  if (path === '/account') return { name: 'account' };
  if (path === '/reset') return { name: 'reset' };
  const scheduleId = /^\/s\/([\w-]+)$/.exec(path)?.[1];
  if (scheduleId !== undefined) return { name: 'schedule', scheduleId };
  const handle = /^\/r\/([\w-]+)$/.exec(path)?.[1];
  if (handle !== undefined) return { name: 'room', handle };
  const recorded = /^\/m\/([\w-]+)\/recordings$/.exec(path)?.[1];
  if (recorded !== undefined) return { name: 'recordings', meetingId: recorded };
  const meetingId = /^\/m\/([\w-]+)$/.exec(path)?.[1];
  return meetingId === undefined ? { name: 'unknown' } : { name: 'meeting', meetingId };
}

export function navigate(path: string): void {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** Goes to a page that takes the place of this one. */
export function replacePage(path: string): void {
  history.replaceState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** What stands in the address after the `?` under a name; empty if nothing does. */
export function useQuery(name: string): string {
  return useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name) ?? '');
}

/** Changes that on this page, where empty takes it out; the button back leads to how it was, unless it is replaced. */
export function changeQuery(changes: Readonly<Record<string, string>>, replace = false): void {
  const search = withQuery(location.search, changes);
  if (search === location.search) return;
  const path = `${location.pathname}${search}${location.hash}`;
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** `search` with changes, which stay in their order; it begins with `?` unless nothing is left. */
export function withQuery(search: string, changes: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  return query.size === 0 ? '' : `?${query}`;
}

export function usePage(): Page {
  return pageAt(useSyncExternalStore(subscribe, () => location.pathname));
}

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange);
  return () => removeEventListener('popstate', onChange);
}
