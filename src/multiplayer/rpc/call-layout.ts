// The first byte of a call: bits 0-2 are the command (0), and
export const NODE_WIDTH_SHIFT = 4;
export const WIDE_METHOD = 0x40;
/** No argument, or the bytes of one byte array and nothing else. */
export const RAW_ARGUMENTS = 0x80;
/** Godot writes 0 and does not read it. Between scenewire peers it marks what is not Godot's: see docs/wire.md. */
export const NOT_GODOTS = 0x08;

/** In a node's number of four bytes: the rest is where in the packet its path begins. */
export const BY_PATH = 0x80000000;

export const MOST_ARGUMENTS = 255;
