import { TrackType } from '../../../extension/media/media-types.js';
import type { RtpPort } from '../../../extension/media/rtp-port.js';
import type { MediaPeer } from '../media-peer.js';
import { ListenerSlot } from './listener-slot.js';
import type { Speaker } from './speaker.js';
import type { SpeakerTrack } from './speaker-track.js';

/** Sections of a description for each kind; a speaker keeps one after falling silent, so that it need not be agreed anew. */
const MAX_SLOTS = { [TrackType.TRACK_AUDIO]: 16, [TrackType.TRACK_VIDEO]: 4 } as const;
/** So long it is kept for a speaker who is not among those that are heard. */
const KEPT_MS = 3000;

/** One player who hears others: which of them, on which slots. */
export class Listener {
  readonly peer: MediaPeer;
  readonly #port: RtpPort;
  #slots: readonly ListenerSlot[] = [];

  constructor(peer: MediaPeer, port: RtpPort) {
    this.peer = peer;
    this.#port = port;
    // Those of who passed on before.
    this.#slots = port.senders.map((sender) => new ListenerSlot(sender));
  }

  get slots(): readonly ListenerSlot[] {
    return this.#slots;
  }

  /** `heard` is who is to be heard now, the most important first; `present` is everybody there is. */
  hear(heard: readonly SpeakerTrack[], present: ReadonlySet<Speaker>, now: number): void {
    for (const slot of this.#slots) if (slot.speaker !== null && !present.has(slot.speaker)) slot.assign(null);
    for (const speaker of heard) this.#slotFor(speaker, heard, now)?.turn(true, now);
    for (const slot of this.#slots) if (slot.speaker === null || !heard.includes(slot.speaker)) slot.turn(false, now);
    if (this.#port.isOfferDue) this.peer.negotiate();
  }

  #slotFor(speaker: SpeakerTrack, heard: readonly SpeakerTrack[], now: number): ListenerSlot | undefined {
    const ofKind = this.#slots.filter(({ kind }) => kind === speaker.kind);
    const own = ofKind.find((slot) => slot.speaker === speaker);
    if (own !== undefined) return own;
    const slot =
      ofKind.find((other) => other.speaker === null) ??
      (ofKind.length < MAX_SLOTS[speaker.kind] ? this.#add(speaker.kind) : undefined) ??
      ofKind.find((other) => !heard.includes(other.speaker as SpeakerTrack) && now - other.usedAt > KEPT_MS);
    slot?.assign(speaker);
    return slot;
  }

  #add(kind: TrackType): ListenerSlot | undefined {
    const sender = this.#port.addSender(kind);
    if (sender === null) return undefined;
    const slot = new ListenerSlot(sender);
    this.#slots = [...this.#slots, slot];
    return slot;
  }
}
