/** Limits of the server as it is set up by default; the server has the last word. */

/** Characters of one context block. */
export const BLOCK_LIMIT = 5_000_000;
