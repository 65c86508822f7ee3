import type { Api } from '@canopy/client';
import { createContext, useContext } from 'react';
import { api } from './api.ts';

/** With whose rights the server is asked: those of whoever looks at the page, unless a part of it says otherwise. */
export const ApiContext = createContext<Api>(api);

export function useApi(): Api {
  return useContext(ApiContext);
}
