import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { Lab } from './lab.js';
import { pageSenses, pageTracks } from './page-tracks.js';

declare global {
  var lab: Lab;
  var resetLab: () => void;
}

globalThis.resetLab = () => {
  globalThis.lab?.dispose();
  globalThis.lab = new Lab({ scenewire, testing, maker: pageTracks, senses: pageSenses });
};
