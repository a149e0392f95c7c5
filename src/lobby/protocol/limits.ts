/**
 * What no message of this protocol exceeds, whatever a server is configured for. Lengths of texts are in UTF-16 units,
 * as JavaScript counts them.
 */

/** Bytes of a frame from a client. What is relayed grows by up to 12 bytes, and Godot's clients take 65,535. */
export const MAX_FRAME_BYTES = 65_000;
/** Bytes of what a client should send: Godot's servers may be at the other end. */
export const MAX_SENT_BYTES = 60_000;
export const MAX_DATA_LENGTH = 65_000;

/** Godot's ids of peers; 1 is the host. */
export const HOST_ID = 1;
export const MIN_PEER_ID = 2;
export const MAX_PEER_ID = 2_147_483_647;

/** Numbers by which a client tells its requests apart. */
export const MAX_REF = 2_147_483_647;
/** Numbers by which two clients tell their attempts to connect apart. */
export const MAX_ATTEMPT = 2_147_483_647;

export const MAX_ROOM_NAME_LENGTH = 64;
export const MAX_PASSWORD_LENGTH = 128;
export const MAX_AUTH_LENGTH = 8192;
export const MAX_SEAT_TOKEN_LENGTH = 128;
export const MAX_ADDRESS_LENGTH = 512;
export const MAX_FEATURES = 16;
export const MAX_FEATURE_LENGTH = 32;
/** With "Kicked: " in front of it, a close frame has to hold it, which ends at 123 bytes. */
export const MAX_KICK_REASON_LENGTH = 100;
export const MAX_ERROR_TEXT_LENGTH = 256;

export const MAX_METADATA_KEYS = 32;
export const MAX_METADATA_KEY_LENGTH = 64;
export const MAX_METADATA_VALUE_LENGTH = 1024;
/** Of the metadata as JSON. */
export const MAX_ROOM_METADATA_LENGTH = 2048;
export const MAX_MEMBER_METADATA_LENGTH = 1024;

export const MAX_FILTERS = 8;
export const MAX_FILTER_CHOICES = 16;
export const MAX_PAGE_ROOMS = 100;
export const MAX_CURSOR_LENGTH = 128;
/** Rooms of a page, as JSON: a page ends when the next room would not fit. */
export const MAX_PAGE_BYTES = 48_000;

export const MAX_ROOM_MEMBERS = 4096;
export const MAX_ICE_SERVERS = 16;
export const MAX_ICE_URLS = 16;
export const MAX_ICE_TEXT_LENGTH = 1024;
/** Milliseconds in a message: a month, which timers in JavaScript nearly reach. */
export const MAX_DURATION_MS = 2_147_483_647;
