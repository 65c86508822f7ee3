/** A window of the page that stays above all others (https://wicg.github.io/document-picture-in-picture). */
interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

declare global {
  interface Window {
    documentPictureInPicture?: DocumentPictureInPicture;
  }
}

/** Not where this page is shown in a frame of another: browsers refuse it there. */
export function canOpenSmallWindow(): boolean {
  return window.documentPictureInPicture !== undefined && window === window.top;
}

/** Opens it with the looks of this page. Rejects where the browser forbids it, such as without a click before. */
export async function openSmallWindow(): Promise<Window> {
  if (window.documentPictureInPicture === undefined) throw new Error('this browser has no small windows');
  const small = await window.documentPictureInPicture.requestWindow({ width: 360, height: 260 });
  for (const sheet of document.querySelectorAll('link[rel="stylesheet"], style')) {
    small.document.head.append(sheet.cloneNode(true));
  }
  small.document.documentElement.lang = document.documentElement.lang;
  small.document.title = document.title;
  return small;
}
