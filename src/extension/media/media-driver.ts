import type { Err } from '../../core/err.js';
import type { WebRTCStats } from '../webrtc-types.js';
import type { TrackSource } from './media-types.js';

/** A track that the other side sends, as a back end tells of it. */
export interface ReceivedTrack {
  /** The section of the description that it comes with. */
  readonly section: string;
  readonly source: TrackSource;
  /** The streams that it is in; null for one without a name. */
  readonly streams: readonly (string | null)[];
}

/** Tracks of one connection on its back end. Calls come with checked arguments and in a legal order. */
export interface MediaDriver {
  addTrack(source: TrackSource, streams: readonly string[]): Err;
  removeTrack(source: TrackSource): Err;
  /** Something else, or itself, takes its place; while it is held, nothing of that is sent. */
  replaceTrack(source: TrackSource, by: TrackSource, isHeld: boolean): Err;
  /** What the other side sends now. */
  received(): readonly ReceivedTrack[];
  /** How loud a received track is right now, from 0 to 1. Left out where nothing tells. */
  level?(source: TrackSource): number;
  /** Whether the descriptions miss something that is sent, or hold something that is not. */
  readonly isOfferDue: boolean;
  /** A description as the other side is to read it, with the names of our streams; and back. */
  written(sdp: string): string;
  read(sdp: string): string;
  /** Of one track, local or remote. Must not reject. */
  stats(source: TrackSource): Promise<WebRTCStats>;
}

/** Makes a driver for a connection that is shaped like W3C's; it may be another object later, which starts over. */
export type W3CMediaMaker = (connection: () => object) => MediaDriver;
