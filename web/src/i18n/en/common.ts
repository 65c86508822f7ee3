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
  reload: 'Reload the page',
  home: 'Back to start',
  pages: 'Pages',
  copy: 'Copy',
  copyName: 'Copy: {{name}}',
  copied: 'Copied',
  copyRefused: 'Your browser does not allow copying',
};
