import { createRequire } from 'node:module';

interface Channel {
  readonly readyState: string;
  send(data: unknown): void;
  close(): void;
}

interface ConnectionClass {
  new (configuration?: object): object;
  readonly prototype: {
    close(): void;
    createDataChannel(...options: unknown[]): Channel;
    dispatchEvent(event: { readonly type: string; readonly channel?: Channel }): unknown;
  };
}

export interface Wrtc<Track, Stream> {
  readonly RTCPeerConnection: ConnectionClass;
  readonly RTCDataChannel: { readonly prototype: Channel };
  readonly MediaStream: new (tracks?: readonly Track[]) => Stream;
  readonly nonstandard: {
    readonly RTCAudioSource: new () => { createTrack(): Track; onData(data: object): void };
    readonly RTCVideoSource: new () => { createTrack(): Track };
  };
}

/** How long after a close what is sent waits: by then the other side has been told. */
const QUIET_MS = 250;

/**
 * The package's `send` looks at the channel's state on another thread, and then uses what that thread may just have put away because the other side
 * has closed: the process ends (SIGSEGV). Both sides live in the tests' own process, so here what is sent right after a close waits a moment.
 */
function waitAfterCloses({
  RTCPeerConnection,
  RTCDataChannel,
}: Pick<Wrtc<unknown, unknown>, 'RTCPeerConnection' | 'RTCDataChannel'>): void {
  const { close, createDataChannel, dispatchEvent } = RTCPeerConnection.prototype;
  const { send } = RTCDataChannel.prototype;
  const waiting: (() => void)[] = [];
  let quietUntil = 0;

  const flush = (): void => {
    const left = quietUntil - performance.now();
    if (left > 0) setTimeout(flush, left);
    else for (const sendNow of waiting.splice(0)) sendNow();
  };
  const closing = (): void => {
    quietUntil = performance.now() + QUIET_MS;
  };
  const watch = (channel: Channel): Channel => {
    const end = channel.close;
    // The class's own is read-only.
    const value = (): void => {
      closing();
      end.call(channel);
    };
    return Object.defineProperty(channel, 'close', { value });
  };

  RTCPeerConnection.prototype.close = function () {
    closing();
    close.call(this);
  };
  RTCPeerConnection.prototype.createDataChannel = function (...options) {
    return watch(createDataChannel.apply(this, options));
  };
  RTCPeerConnection.prototype.dispatchEvent = function (event) {
    if (event.channel !== undefined) watch(event.channel);
    return dispatchEvent.call(this, event);
  };
  RTCDataChannel.prototype.send = function (data) {
    if (waiting.length === 0 && performance.now() >= quietUntil) {
      send.call(this, data);
      return;
    }
    if (waiting.length === 0) setTimeout(flush, QUIET_MS);
    // The caller goes on using its buffer.
    const copy = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
      : data;
    waiting.push(() => {
      if (this.readyState === 'open') send.call(this, copy);
    });
  };
}

let loaded: object | null = null;

/** W3C's interface in Node, with real tracks. */
export function loadWrtc<Track, Stream>(): Wrtc<Track, Stream> {
  if (loaded === null) {
    const wrtc = createRequire(import.meta.url)('@roamhq/wrtc') as Wrtc<Track, Stream>;
    waitAfterCloses(wrtc);
    loaded = wrtc;
  }
  return loaded as Wrtc<Track, Stream>;
}
