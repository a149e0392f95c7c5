/** The look of the overlay: dark, compact, of the system's own font. It lives in a shadow root, away from the page's. */
export const OVERLAY_STYLE = `
:host { all: initial; position: fixed; z-index: 2147483000; inset: auto; pointer-events: none; }
:host([data-corner^='top']) { top: max(8px, env(safe-area-inset-top)); }
:host([data-corner^='bottom']) { bottom: max(8px, env(safe-area-inset-bottom)); }
:host([data-corner$='left']) { left: max(8px, env(safe-area-inset-left)); }
:host([data-corner$='right']) { right: max(8px, env(safe-area-inset-right)); }
:host([hidden]) { display: none; }
* { box-sizing: border-box; margin: 0; padding: 0; }
[hidden] { display: none !important; }
section {
  --ink: #e8eef5; --dim: #9fb0c1; --line: #ffffff1f; --in: #4cc2ff; --out: #ffb454; --bad: #ff8f85;
  pointer-events: auto; display: flex; flex-direction: column; width: min(400px, calc(100vw - 16px));
  max-height: min(560px, calc(100vh - 16px)); max-height: min(560px, calc(100dvh - 16px)); overflow: hidden;
  color: var(--ink); background: #0c1219f0; border: 1px solid var(--line); border-radius: 10px;
  box-shadow: 0 6px 24px #0008; font: 12px/1.35 system-ui, sans-serif; font-variant-numeric: tabular-nums;
  -webkit-text-size-adjust: 100%; contain: content;
}
section.collapsed { width: auto; max-width: calc(100vw - 16px); border-radius: 999px; }
.bar { display: flex; align-items: center; gap: 8px; padding: 6px 6px 6px 12px; }
.bar .total { flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.bar h2 { font: inherit; font-weight: 600; }
section.collapsed h2 { display: none; }
.arriving { margin-top: 8px; color: var(--dim); white-space: pre-line; }
.arriving:empty { display: none; }
button, input { font: inherit; color: var(--ink); background: #ffffff14; border: 1px solid transparent; border-radius: 6px; }
button { min-width: 28px; min-height: 28px; padding: 3px 9px; cursor: pointer; }
button:hover { background: #ffffff26; }
button[aria-pressed='true'] { color: #0c1219; background: var(--out); }
:focus-visible { outline: 2px solid var(--in); outline-offset: -1px; }
.choices { display: flex; gap: 4px; padding: 0 6px 6px 8px; border-bottom: 1px solid var(--line); }
[role='tablist'] { display: flex; gap: 4px; flex: 1; }
[role='tab'] { flex: 1; color: var(--dim); background: none; }
[role='tab'][aria-selected='true'] { color: var(--ink); background: #ffffff1f; }
[role='tabpanel'] { flex: 1; min-height: 0; overflow: auto; overscroll-behavior: contain; padding: 8px; }
.peers { list-style: none; display: grid; gap: 8px; }
.peer { padding: 8px 10px; background: #ffffff0d; border-radius: 8px; contain: content; }
.peer header { display: flex; justify-content: space-between; gap: 8px; }
.route { color: var(--dim); text-align: right; }
.route.relayed { color: var(--out); }
.silent { outline: 1px solid var(--bad); }
.silent .route { color: var(--bad); }
.figures { display: grid; grid-template-columns: 4fr 3fr 5fr 3fr; gap: 6px; margin: 5px 0; }
.figures dt { color: var(--dim); font-size: 11px; white-space: nowrap; }
.figures dd { font-size: 13px; white-space: nowrap; }
.bad { color: var(--bad); }
.row.in, .row.out { color: var(--ink); }
.row.in .who { color: var(--in); }
.row.out .who { color: var(--out); }
.plotted { display: grid; grid-template-columns: 1fr 84px; align-items: center; gap: 8px; }
.plot { display: block; width: 100%; height: 32px; border-bottom: 1px solid var(--line); }
.rates { display: grid; text-align: right; }
.in { color: var(--in); }
.out { color: var(--out); }
.notes { margin-top: 5px; color: var(--dim); font-size: 11px; }
.notes:empty, .empty:empty { display: none; }
.empty { padding: 16px; color: var(--dim); text-align: center; }
.table + .table { margin-top: 12px; }
.row { display: flex; align-items: center; height: 22px; border-bottom: 1px solid #ffffff12; contain: strict; }
.row.head { position: sticky; top: -8px; z-index: 1; color: var(--dim); background: #121920; font-size: 11px; }
.row > * { flex: none; padding: 0 4px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 21px; }
.row > .path, .row > .said { flex: 1; min-width: 0; }
.row:not(.head) > .path { background: linear-gradient(to right, #4cc2ff2e var(--share, 0%), transparent 0); }
.number { width: 76px; text-align: right; }
.packets .number { width: 52px; color: var(--dim); }
.packets .row:not(.head) { cursor: pointer; }
.packets .row:hover { background: #ffffff12; }
.who { width: 60px; }
.details { margin-bottom: 6px; padding: 6px 8px; max-height: 200px; overflow: auto; overflow-wrap: anywhere;
  background: #ffffff14; border-radius: 6px; font-size: 11px; font-family: ui-monospace, monospace; user-select: text; }

.said { font-family: ui-monospace, monospace; font-size: 11px; }
.controls { display: flex; gap: 6px; margin-bottom: 6px; }
.filter { flex: 1; min-width: 0; padding: 3px 8px; }
.filter::placeholder { color: var(--dim); }
@media (pointer: coarse) { button { min-width: 40px; min-height: 40px; } .filter { font-size: 16px; } }
@media (hover: none) and (pointer: coarse) { .hide { display: none; } }
@media (max-width: 420px) { .bar h2 { display: none; } }
@media (max-width: 480px) { section:not(.collapsed) { width: calc(100vw - 16px); max-height: 62dvh; } }
@media print { :host { display: none; } }
`;
