import { Err } from '../core/err.js';
import type { RtcResult, RtcSource, RtcTrackInfo } from './bindings-types.js';
import { type Handle, makeHandle } from './handles.js';
import type { TrackSource, TrackType } from './media/media-types.js';

/** What sounds or shows, as flat callers know it: by handle. */
export class FlatSources {
  readonly #byHandle = new Map<Handle, TrackSource>();

  create(native: unknown): RtcResult<RtcSource | null> {
    if (!isSource(native)) return { error: Err.ERR_INVALID_PARAMETER, value: null };
    const handle = makeHandle();
    this.#byHandle.set(handle, native);
    return { error: Err.OK, value: describe(handle, native) };
  }

  get(handle: Handle): TrackSource | undefined {
    return this.#byHandle.get(handle);
  }

  /** It may go on being sent: who handed it in ends it. */
  destroy(handle: Handle): Err {
    return this.#byHandle.delete(handle) ? Err.OK : Err.ERR_DOES_NOT_EXIST;
  }
}

export function describe(handle: Handle, native: TrackSource): RtcSource {
  const kind: TrackType = native.kind === 'video' ? 1 : 0;
  return { handle, kind, trackId: native.id, native };
}

/** A track to add, as MagicLeap has it: the names of its streams. */
export function makeTrackInfo(streams: readonly string[] | null = [], trackId = ''): RtcTrackInfo {
  return { version: 1, streams: [...(streams ?? [])], trackId };
}

function isSource(native: unknown): native is TrackSource {
  const { id, kind } = (native ?? {}) as Partial<TrackSource>;
  return typeof id === 'string' && (kind === 'audio' || kind === 'video');
}
