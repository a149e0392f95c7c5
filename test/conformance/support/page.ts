import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { Lab } from './lab.js';

declare global {
  var lab: Lab;
  var resetLab: () => void;
}

globalThis.resetLab = () => {
  globalThis.lab?.dispose();
  globalThis.lab = new Lab({ scenewire, testing });
};
