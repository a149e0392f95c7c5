/** Where the light comes from, and how far its shadows reach. The same in all views. */
export const SUN = { x: 0.55, y: 0.75, z: 0.35 } as const;
/** Metres around the camera's target that have shadows. */
export const SHADOW_REACH = 34;
