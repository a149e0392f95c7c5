/** States of a WebSocketPeer. Godot's numbers. */
export const WebSocketState = { STATE_CONNECTING: 0, STATE_OPEN: 1, STATE_CLOSING: 2, STATE_CLOSED: 3 } as const;
export type WebSocketState = (typeof WebSocketState)[keyof typeof WebSocketState];

/** Certificates and keys are PEM texts. In browsers TLS has no options: the browser decides. */
export interface TLSOptions {
  /** For a server: what it shows. */
  server?: { key: string; certificate: string };
  /** For a client: the authorities to trust instead of the system's. */
  trustedCaChain?: string;
  /** For a client: the name that the certificate is for, when it isn't the URL's. */
  commonNameOverride?: string;
  /** For a client: takes any certificate. For tests only. */
  unsafe?: boolean;
}

/** TLS options that only a server can use. */
export const isForServers = (options: TLSOptions | null): boolean => options?.server !== undefined;

export type UpgradeListener = (request: unknown, socket: unknown, head: unknown) => void;

/** What is needed of a Node `http.Server` or `https.Server`. */
export interface UpgradeSource {
  on(event: 'upgrade', listener: UpgradeListener): unknown;
  off(event: 'upgrade', listener: UpgradeListener): unknown;
  address?(): unknown;
}

/** A server that shares the port of an existing web server. */
export interface AttachOptions {
  server: UpgradeSource;
  /** The only path that is served, such as `/game`; upgrades to others are left to others. Left out: all of them. */
  path?: string;
}

export function isAttachment(options: TLSOptions | AttachOptions | null): options is AttachOptions {
  return options?.server !== undefined && 'on' in options.server;
}

/** Godot's defaults. */
export const DEFAULT_BUFFER_SIZE = 65535;
export const DEFAULT_MAX_QUEUED_PACKETS = 4096;

export const NORMAL_CLOSURE = 1000;
export const MESSAGE_TOO_BIG = 1009;
/** A close frame has room for this much UTF-8 behind the code. */
const MAX_REASON_BYTES = 123;

/** Whether a close frame may carry this. */
export function isCloseFrame(code: number, reason: string): boolean {
  const isReserved = code === 1004 || code === 1005 || code === 1006;
  const isCode = Number.isInteger(code) && ((code >= 1000 && code <= 1014 && !isReserved) || isPrivateCode(code));
  return isCode && new TextEncoder().encode(reason).length <= MAX_REASON_BYTES;
}

const isPrivateCode = (code: number): boolean => code >= 3000 && code <= 4999;

/** The only codes that a page may send. */
export const isPageCode = (code: number): boolean => code === NORMAL_CLOSURE || isPrivateCode(code);

/** The URL to connect to; ws:// when there is no scheme, and without the fragment, which is no server's business. */
export function toWebSocketUrl(url: string): URL | null {
  if (typeof url !== 'string' || url === '') return null;
  try {
    const parsed = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `ws://${url}`);
    parsed.hash = '';
    return parsed.protocol === 'ws:' || parsed.protocol === 'wss:' ? parsed : null;
  } catch {
    return null;
  }
}
