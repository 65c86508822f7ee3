/** Attendees on one page, where the asker does not say how many, and at most. */
export const attendeesPerPage = { usual: 100, most: 200 } as const;
