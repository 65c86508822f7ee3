/*
 * A track that comes another way from now on goes on the way it came before, so that nobody sees a break: at each step for
 * longer than at those that follow it. ms.
 */

/** What a participant received: a client shows what comes another way as soon as it decodes it. */
export const subscriptionLeaveMs = 3_000;

/** What viewers of an edge are served from: each is told, takes the track anew, and changes over as above. */
export const supplyLeaveMs = subscriptionLeaveMs + 7_000;

/** What a child is sent: it pulls the track anew, leads its viewers over as above, and releases what it had; or loses it. */
export const sendingLeaveMs = supplyLeaveMs + 5_000;
