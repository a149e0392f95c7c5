/** In the query of a WebSocket's URL: the client asks whether the server knows scenewire. Godot's servers don't read it. */
const QUESTION = 'scenewire=1';

/** The URL with the question in its query, or without; everything else in it stays as it is. */
export function withQuestion(url: string, asks: boolean): string {
  if (typeof url !== 'string' || url === '') return url;
  const [, address = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  const items = query === undefined || query === '' ? [] : query.split('&');
  const others = items.filter((item) => !/^scenewire(=|$)/.test(item));
  if (!asks && others.length === items.length) return url;
  if (asks && items.length === others.length + 1 && items.includes(QUESTION)) return url;
  const all = asks ? [...others, QUESTION] : others;
  return `${address}${all.length === 0 ? '' : `?${all.join('&')}`}${fragment}`;
}

/** Whether the client that asked for this URL knows scenewire. */
export function hasQuestion(url: string): boolean {
  const query = typeof url === 'string' ? (/^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? '') : '';
  return query.split('&').includes(QUESTION);
}
