/** What is counted of a page. */
export interface PageCounts {
  /** Who looks at it just now. */
  viewers: number;
  /** Events that viewers were not told since they read too slowly. */
  droppedEvents: number;
  /** Requests that were refused, since who asked is not known, or comes from elsewhere. */
  refusedRequests: number;
}
