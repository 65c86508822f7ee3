/**
 * What a plan is measured by, as one sum in US dollars per GB: money first, then latency, then change. The weights are far
 * enough apart that a later term decides only between plans that are equal in the earlier ones.
 */

/** An edge that cannot be reached. */
export const unreachedUsd = 1e4;
/** Each ms a path takes beyond its bound. */
export const lateUsdPerMs = 1;
/** A link between regions, beyond its price: where prices are equal or unknown, fewer such links are better. */
export const crossingUsd = 1e-6;
/** Each ms of latency of each edge. */
export const latencyUsdPerMs = 1e-8;
/** Differences below this are rounding. */
export const epsilonUsd = 1e-9;
