import type { Sighting } from '../sim/bot.js';
import type { KartBody, KartInput } from '../sim/kart-body.js';

/** Whoever sits in a kart: a bot, or the hands of a player. Asked once per tick. */
export interface Driver {
  drive(body: KartBody, others: readonly Sighting[]): KartInput;
}
