/** Words that stand in many places. */
export const common = {
  close: 'Close',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  language: 'Language',
  loading: 'One moment…',
};
