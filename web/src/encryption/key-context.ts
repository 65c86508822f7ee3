import { createContext } from 'react';

/** Keeps the key that somebody goes by from now on, for when they leave and come back in this tab. It stays in memory. */
export const KeyContext = createContext<(key: string) => void>(() => {});
