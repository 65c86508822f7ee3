import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { isolated } from '../lib/isolated.ts';
import { rememberedLanguage, rememberLanguage } from '../lib/remembered.ts';
import { en } from './en/index.ts';

/** The languages of the app, each under its own name. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const others: Readonly<Record<Exclude<Language, 'en'>, () => Promise<typeof en>>> = {
  de: async () => (await import('./de/index.ts')).de,
};

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}

/** Starts with English, which is at hand; another language that was chosen, or that the browser prefers, is loaded first. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'common',
    resources: { en },
    interpolation: { escape: isolated },
  });
  await tryToShowIn(preferredLanguage());
}

/** Shows the app in another language from now on, also the next time. One that can't be loaded now is shown then. */
export async function chooseLanguage(language: Language): Promise<void> {
  rememberLanguage(language);
  await tryToShowIn(language);
}

/** In the language there is rather than not at all. */
async function tryToShowIn(language: Language): Promise<void> {
  await showIn(language).catch((error: unknown) => console.warn('canopy: a language is missing', error));
}

async function showIn(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'common')) {
    for (const [namespace, texts] of Object.entries(await others[language]())) {
      i18next.addResourceBundle(language, namespace, texts);
    }
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

function preferredLanguage(): Language {
  const wanted = [rememberedLanguage(), ...navigator.languages].map(languageOf);
  return wanted.find((language) => language !== undefined) ?? 'en';
}

/** The language of the app that a tag (BCP 47) asks for, if there is one. */
export function languageOf(tag: string | null | undefined): Language | undefined {
  const language = tag?.split('-')[0];
  return isLanguage(language) ? language : undefined;
}

function isLanguage(tag: string | undefined): tag is Language {
  return tag !== undefined && Object.hasOwn(languages, tag);
}
