import { KART_COLOURS } from '../look/palette.js';

const KEY = 'kart arena';

/** Who the player is; the browser remembers it. */
export interface Profile {
  driver: string;
  colour: number;
}

export function loadProfile(): Profile {
  const random = Math.floor(Math.random() * KART_COLOURS.length);
  try {
    const { driver, colour } = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return {
      driver: typeof driver === 'string' ? driver : '',
      colour: Number.isInteger(colour) && colour in KART_COLOURS ? colour : random,
    };
  } catch {
    return { driver: '', colour: random };
  }
}

export function saveProfile(profile: Profile): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(profile));
  } catch {
    // A page that may not remember anything plays all the same.
  }
}
