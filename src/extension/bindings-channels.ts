import { Err } from '../core/err.js';
import { pushError, watchRejection } from '../core/fail.js';
import type { RtcDataChannelCallbacks } from './bindings-types.js';
import { type Handle, makeHandle } from './handles.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import type { WebRTCPeerConnection } from './webrtc-peer-connection.js';

interface Entry {
  readonly handle: Handle;
  readonly channel: WebRTCDataChannel;
  readonly owner: WebRTCPeerConnection;
  calls: RtcDataChannelCallbacks<unknown> | null;
}

/** The channels that flat callers know by handle, and the callbacks they were given. */
export class FlatChannels {
  readonly #byHandle = new Map<Handle, Entry>();
  readonly #byChannel = new Map<WebRTCDataChannel, Entry>();

  get(handle: Handle): WebRTCDataChannel | undefined {
    return this.#byHandle.get(handle)?.channel;
  }

  handleOf(channel: WebRTCDataChannel, owner: WebRTCPeerConnection): Handle {
    const known = this.#byChannel.get(channel);
    if (known !== undefined) return known.handle;
    const entry: Entry = { handle: makeHandle(), channel, owner, calls: null };
    this.#byHandle.set(entry.handle, entry);
    this.#byChannel.set(channel, entry);
    this.#listen(entry);
    return entry.handle;
  }

  setCallbacks<C>(channel: WebRTCDataChannel, calls: RtcDataChannelCallbacks<C>): void {
    const entry = this.#byChannel.get(channel);
    if (entry === undefined) return;
    entry.calls = calls as RtcDataChannelCallbacks<unknown>;
    // What came before was announced to nobody.
    channel.deferCall(() => isolated(() => handMessages(entry)));
  }

  forget(channel: WebRTCDataChannel): void {
    const entry = this.#byChannel.get(channel);
    if (entry === undefined) return;
    this.#byChannel.delete(channel);
    this.#byHandle.delete(entry.handle);
  }

  /** Also those that ended before, which the connection no longer knows. */
  forgetAllOf(owner: WebRTCPeerConnection): void {
    for (const entry of this.#byHandle.values()) if (entry.owner === owner) this.forget(entry.channel);
  }

  #listen(entry: Entry): void {
    const { channel } = entry;
    channel.opened.connect(() => entry.calls?.onOpened(entry.calls.context));
    channel.packet_received.connect(() => handMessages(entry));
    channel.onFailed = (message) => isolated(() => entry.calls?.onError(message, entry.calls.context));
    channel.closed.connect(() => handMessages(entry));
    channel.closed.connect(() => entry.calls?.onClosed(entry.calls.context));
    // The other side can open and close channels for ever.
    if (channel.wasReceived) channel.closed.connect(() => this.forget(channel));
  }
}

/** Asks for the callbacks each time: one of them may replace them. */
function handMessages(entry: Entry): void {
  const { channel } = entry;
  while (entry.calls !== null && channel.getAvailablePacketCount() > 0) {
    const { calls } = entry;
    watchRejection(
      calls.onMessage(channel.getPacket(), channel.wasStringPacket(), calls.context),
      'Callback',
      'onMessage',
    );
  }
}

/** As a signal calls its listeners. */
function isolated(call: () => unknown): void {
  try {
    watchRejection(call(), 'A callback of', 'a channel');
  } catch (thrown) {
    pushError('A callback of a channel threw', Err.ERR_SCRIPT_FAILED, thrown);
  }
}
