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

/** The whole suite, in the order of the rules. */
export const everything: readonly Section[] = [
  polling,
  negotiating,
  candidates,
  closing,
  channels,
  mediaStreams,
  mediaAgreeing,
  mediaLife,
  mediaAbsent,
  mediaFlow,
  identity,
  flat,
  multiplayer,
  simulation,
];
