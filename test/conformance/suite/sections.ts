import type { Section } from '../support/arrangement.js';
import { candidates } from './candidates.js';
import { channels } from './channels.js';
import { closing } from './closing.js';
import { flat } from './flat.js';
import { identity } from './identity.js';
import { mediaAbsent } from './media-absent.js';
import { mediaAgreeing } from './media-agreeing.js';
import { mediaFlow } from './media-flow.js';
import { mediaLife } from './media-life.js';
import { mediaStreams } from './media-streams.js';
import { multiplayer } from './multiplayer.js';
import { negotiating } from './negotiating.js';
import { polling } from './polling.js';
import { simulation } from './simulation.js';

const media: readonly Section[] = [mediaStreams, mediaAgreeing, mediaLife, mediaAbsent, mediaFlow];
const others: readonly Section[] = [
  polling,
  negotiating,
  candidates,
  closing,
  channels,
  identity,
  flat,
  multiplayer,
  simulation,
];

/** The whole suite. */
export const everything: readonly Section[] = [...others, ...media];

/** For two programs. Whether the built package holds all that tracks need, one program shows. */
export const betweenPrograms = process.env.SCENEWIRE_DIST === '1' ? others : everything;
