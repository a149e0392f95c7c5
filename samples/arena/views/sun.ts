/** Where the light comes from, and how far its shadows reach. The same in all views. */
export const SUN = { x: 0.55, y: 0.75, z: 0.35 } as const;
/** Metres around the camera's target that have shadows. */
export const SHADOW_REACH = 34;
export const SHADOW_MAP_SIZE = 1024;
/** Pictures with more pixels than this are no nicer, and slow on weak machines. */
export const MOST_PIXEL_RATIO = 1.5;
