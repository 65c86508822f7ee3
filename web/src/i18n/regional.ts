/** The language of the app as it is written where the viewer is: `en` is `en-GB` for a browser that prefers that. */
export function regional(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}
