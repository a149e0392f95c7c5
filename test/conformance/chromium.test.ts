import { conformance } from './support/arrangement.js';
import { inPage } from './support/browser-arrangement.js';
import { everything } from './suite/sections.js';

conformance(inPage('chromium'), everything);
