import type { fields as original } from '../en/fields.ts';

export const fields: typeof original = {
  missing: 'Bitte füllen Sie das aus.',
  incomplete: 'Bitte füllen Sie das ganz aus, oder leeren Sie es.',
  tooShort: 'Nehmen Sie mindestens {{least}} Zeichen.',
  tooLong: 'Nehmen Sie höchstens {{most}} Zeichen.',
  noEmail: 'Das ist keine E-Mail-Adresse. So sieht eine aus: name@example.org',
  noUrl: 'Das ist keine Webadresse. So beginnt eine: https://',
  otherForm: 'Das hat nicht die Form, die hier beschrieben ist.',
  wholeNumber: 'Geben Sie eine ganze Zahl von {{least}} bis {{most}} ein.',
};
