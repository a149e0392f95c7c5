/** What a `MediaForwarder` has done with packets. */
export interface ForwarderCounters {
  packetsIn: number;
  /** Each counts once for every listener. */
  packetsOut: number;
  /** Of pictures: asked for once more on their way here, and sent once more to listeners who missed them. */
  askedAgain: number;
  sentAgain: number;
  /** No packets of a track. */
  malformed: number;
  /** Faster than any honest sender. */
  flooded: number;
  /** Faster than this process took them. */
  overflowed: number;
}

export const noCounters = (): ForwarderCounters => ({
  packetsIn: 0,
  packetsOut: 0,
  askedAgain: 0,
  sentAgain: 0,
  malformed: 0,
  flooded: 0,
  overflowed: 0,
});
