export { DEFAULT_STORE as defaultStore, openStore } from './media/identity/browser/indexed-db-store.js';
