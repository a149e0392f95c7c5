// The first word of an encoded value: the type in its low byte, flags in its upper half.

/** A 64-bit number where 32 bits are usual; of an object: its number rather than itself. */
export const FLAG_64 = 1 << 16;

/** How the type of a container's elements is told: two bits for each. */
export const ElementKind = { NONE: 0, BUILTIN: 1, CLASS: 2, SCRIPT: 3 } as const;

export const ELEMENT_SHIFT = 16;
export const VALUE_SHIFT = 18;
export const ELEMENT_MASK = 3;

/** What every class of objects is written as: objects themselves never travel. */
export const OBJECT_CLASS = 'EncodedObjectAsID';

/** The high bit of a NodePath's count of names tells its format. */
export const PATH_FORMAT = 0x80000000;
export const PATH_ABSOLUTE = 1;
/** One more subname than counted. No longer written by anyone. */
export const PATH_EXTRA_SUBNAME = 2;

/** In the short form, the two high bits of the first byte: how wide an int is, or the value of a bool. */
export const SHORT_MODE_SHIFT = 6;
export const SHORT_TYPE_MASK = 0x3f;
export const SHORT_TRUE = 0x81;
