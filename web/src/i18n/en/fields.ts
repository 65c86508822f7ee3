/** What is said of a field that is not filled in as it has to be. */
export const fields = {
  missing: 'Please fill this in.',
  incomplete: 'Please complete this, or clear it.',
  tooShort: 'Use at least {{least}} characters.',
  tooLong: 'Use at most {{most}} characters.',
  noEmail: 'This is no email address. One looks like name@example.org.',
  noUrl: 'This is no web address. One begins with https://',
  otherForm: 'This does not have the form described here.',
  wholeNumber: 'Enter a whole number from {{least}} to {{most}}.',
};
