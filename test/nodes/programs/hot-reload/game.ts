import { replicate } from 'scenewire';
import { attach } from 'scenewire/three';
import { Object3D } from 'three';
import { play, scene } from './world.js';

const VERSION = 1;

const net = attach(scene);
const box = new Object3D();
box.name = 'Box';
scene.add(box);
replicate(box, { position: 'always' });
play(net, VERSION);

declare global {
  interface ImportMeta {
    /** What Vite gives modules that can be replaced. */
    readonly hot?: { accept(): void; dispose(fn: () => void): void };
  }
}

import.meta.hot?.accept();
import.meta.hot?.dispose(() => {
  net.close();
  scene.remove(box);
});
