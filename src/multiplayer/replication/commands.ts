/** First bytes of packets; what the upper four bits mean depends on the command. */
export const SPAWN = 4;
export const DESPAWN = 5;
export const SYNC = 6;
export const COMMAND_MASK = 0x07;
/** Of SYNC: the packet holds changes. */
export const DELTA_FLAG = 0x10;

/** In the id of a synchronizer: it is the number of its path. */
export const PATH_ID_FLAG = 0x80000000;
