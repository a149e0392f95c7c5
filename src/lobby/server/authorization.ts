/** Who wants to come in. */
export interface Credentials {
  /** What the client sent as `auth`, or in the query of its URL as `token`; null for nothing. */
  readonly token: string | null;
  readonly address: string;
  /** The page that the client runs in; null outside of browsers. */
  readonly origin: string | null;
}

export interface User {
  /** Who it is, for bans: the same for the same user. Left out, the address stands for the user. */
  readonly id?: string;
}

/** Null keeps the client out. What it throws keeps the client out too, and is logged. */
export type Authorize = (credentials: Credentials) => User | null | Promise<User | null>;
