/** Containers that a value may be inside of, for reading and for writing; Godot's number. */
export const MAX_DEPTH = 1024;

/** What a reader takes from a stranger, and how. */
export interface ReadLimits {
  /** Containers that a value may be inside of. */
  readonly maxDepth: number;
  /**
   * Elements of all arrays, entries of all dictionaries and strings of all packed arrays together. They are the parts
   * whose objects here may be larger than their bytes.
   */
  readonly maxElements: number;
  /** Floats arrive as `Float` objects, so that they can be told from ints and are sent on as they came. */
  readonly keepFloats: boolean;
}

export const DEFAULT_READ_LIMITS: ReadLimits = { maxDepth: MAX_DEPTH, maxElements: 1 << 20, keepFloats: false };
