import { useEffect } from 'react';

const productName = 'Canopy';

/** What the tab of the browser says, and a screen reader first; empty: the product's name alone. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? productName : `${title} · ${productName}`;
  }, [title]);
}
