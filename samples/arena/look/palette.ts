/** The colours of the karts: how they are called, and how they look. */
export const KART_COLOURS = [
  { name: 'red', hex: 0xe8413c },
  { name: 'blue', hex: 0x2f7de1 },
  { name: 'yellow', hex: 0xf5b82e },
  { name: 'green', hex: 0x35b36a },
  { name: 'violet', hex: 0x8a5be0 },
  { name: 'orange', hex: 0xf27c22 },
  { name: 'pink', hex: 0xee6ea8 },
  { name: 'turquoise', hex: 0x22b8b4 },
] as const;

export const kartColour = (index: number): number => KART_COLOURS[index % KART_COLOURS.length]?.hex ?? 0xffffff;

export const cssColour = (hex: number): string => `#${hex.toString(16).padStart(6, '0')}`;

export const PALETTE = {
  skyTop: 0x3d7fd0,
  skyMiddle: 0x9ccbf0,
  skyLow: 0xffebcf,
  cloud: 0xfffaf0,
  sun: 0xfff1d6,
  shade: 0x8fa3c8,
  haze: 0xf3dfc4,
  grass: 0x86b468,
  grassDark: 0x6f9f58,
  hill: 0x9cc07c,
  floor: 0xe8d7b5,
  floorDark: 0xdfcaa3,
  line: 0xfbf4e4,
  kerb: 0xe2574c,
  white: 0xf8f3e8,
  navy: 0x2c3a5a,
  navyLight: 0x44567f,
  gold: 0xf3b840,
  teal: 0x2fa7a0,
  trunk: 0x7d5a3c,
  leaf: 0x5f9a54,
  rubber: 0x24262c,
  steel: 0x9aa4b2,
  boost: 0x38d6ff,
} as const;

/** Between two colours. */
export function mix(a: number, b: number, share: number): number {
  const part = (shift: number): number => {
    const [from, to] = [(a >> shift) & 255, (b >> shift) & 255];
    return Math.round(from + (to - from) * share) << shift;
  };
  return part(16) | part(8) | part(0);
}
