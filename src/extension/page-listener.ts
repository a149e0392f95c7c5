/** What becomes of the page that the game runs in. */
export interface PageListener {
  /** Whether nobody sees the page. */
  hidden(hidden: boolean): void;
  /** The page stops running; nothing will be heard of it until `resumed`. */
  frozen(): void;
  /** It runs again, be it thawed or taken out of the back-forward cache. */
  resumed(): void;
  /** It is going. It may come back from the back-forward cache, but its connections will not. */
  leaving(): void;
}
