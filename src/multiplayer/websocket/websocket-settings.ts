import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { getLogger } from '../../core/log.js';
import { DEFAULT_BUFFER_SIZE, DEFAULT_MAX_QUEUED_PACKETS } from './websocket-types.js';

const log = getLogger('websocket');

const HEADER_LINE = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])[ \t]*$/;
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Says once that a setting has no effect on this platform. */
export function warnNoEffect(what: string): void {
  log.warnOnce(`${what} has no effect in a browser, which keeps its sockets to itself`);
}

/** The settings that a WebSocketPeer and a WebSocketMultiplayerPeer have in common, checked when they are set. */
export class WebSocketSettings {
  #handshakeHeaders: readonly string[] = [];
  #supportedProtocols: readonly string[] = [];
  #inboundBufferSize = DEFAULT_BUFFER_SIZE;
  #outboundBufferSize = DEFAULT_BUFFER_SIZE;
  #maxQueuedPackets = DEFAULT_MAX_QUEUED_PACKETS;

  get handshakeHeaders(): readonly string[] {
    return this.#handshakeHeaders;
  }

  /** Lines that could end the header early, and begin something else, are refused. */
  set handshakeHeaders(lines: readonly string[]) {
    const trimmed = lines.map((line) => line.trim());
    const bad = trimmed.find((line) => !HEADER_LINE.test(line));
    if (bad !== undefined) fail(Err.ERR_INVALID_PARAMETER, `Not a header line: ${JSON.stringify(bad)}`);
    else this.#handshakeHeaders = trimmed;
  }

  get supportedProtocols(): readonly string[] {
    return this.#supportedProtocols;
  }

  set supportedProtocols(protocols: readonly string[]) {
    const trimmed = protocols.map((protocol) => protocol.trim());
    const bad = trimmed.find((protocol, i) => !TOKEN.test(protocol) || trimmed.indexOf(protocol) !== i);
    if (bad !== undefined) fail(Err.ERR_INVALID_PARAMETER, `Not a protocol, or twice: ${JSON.stringify(bad)}`);
    else this.#supportedProtocols = trimmed;
  }

  get inboundBufferSize(): number {
    return this.#inboundBufferSize;
  }

  set inboundBufferSize(bytes: number) {
    if (isSize(bytes, 1, 'inboundBufferSize')) this.#inboundBufferSize = bytes;
  }

  get outboundBufferSize(): number {
    return this.#outboundBufferSize;
  }

  set outboundBufferSize(bytes: number) {
    if (isSize(bytes, 1, 'outboundBufferSize')) this.#outboundBufferSize = bytes;
  }

  get maxQueuedPackets(): number {
    return this.#maxQueuedPackets;
  }

  set maxQueuedPackets(packets: number) {
    if (isSize(packets, 1, 'maxQueuedPackets')) this.#maxQueuedPackets = packets;
  }

  copyFrom(other: WebSocketSettings): void {
    this.#handshakeHeaders = other.#handshakeHeaders;
    this.#supportedProtocols = other.#supportedProtocols;
    this.#inboundBufferSize = other.#inboundBufferSize;
    this.#outboundBufferSize = other.#outboundBufferSize;
    this.#maxQueuedPackets = other.#maxQueuedPackets;
  }
}

function isSize(value: number, least: number, name: string): boolean {
  if (Number.isInteger(value) && value >= least && value <= 0x7fffffff) return true;
  fail(Err.ERR_INVALID_PARAMETER, `${name} must be a whole number from ${least} to 2147483647, not ${String(value)}`);
  return false;
}
