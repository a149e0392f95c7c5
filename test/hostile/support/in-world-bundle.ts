import * as inWorld from './in-world.js';

globalThis.hostile = inWorld;
