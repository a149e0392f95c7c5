import { hostileOn } from './support/arrangements.js';

hostileOn('loopback');
