import { conformance } from './support/arrangement.js';
import { between } from './support/browser-arrangement.js';
import { everything } from './suite/sections.js';

conformance(between('native', 'firefox'), everything);
