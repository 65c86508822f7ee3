/** Words that stand in many places. */
export const common = {
  tryAgain: 'Try again',
  closeName: 'Close {{name}}',
  homePage: 'Canopy, home',
  close: 'Close',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  language: 'Language',
  loading: 'One moment…',
};
