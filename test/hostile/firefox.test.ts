import { hostileOn } from './support/arrangements.js';

hostileOn('firefox');
