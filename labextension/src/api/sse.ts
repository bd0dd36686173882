/** Server-sent events read from the body of an answer. */

export interface ServerEvent {
  id: string | null;
  event: string;
  data: string;
}

/**
 * The server sends a comment every 15 seconds, so four of them were lost. A proxy in between, such
 * as a Hub's, does not tell that the connection behind it was cut.
 */
export const SILENCE = 60_000;

/** Read the events of one stream; ends when the stream ends, throws when it breaks or is silent. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await spoken(reader.read());
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      rest = rest.replace(/\r\n/g, '\n');
      let end: number;
      while ((end = rest.indexOf('\n\n')) >= 0) {
        const event = parseEvent(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (event) {
          yield event;
        }
      }
      if (done) {
        return;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Wait for what is read next, but not for ever. */
function spoken<T>(next: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the stream fell silent')), SILENCE);
    next.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function parseEvent(text: string): ServerEvent | null {
  const event: ServerEvent = { id: null, event: 'message', data: '' };
  const data: string[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0 || line === '') {
      continue; // a comment that keeps the connection open
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      data.push(value);
    } else if (field === 'event') {
      event.event = value;
    } else if (field === 'id') {
      event.id = value;
    }
  }
  event.data = data.join('\n');
  return data.length > 0 ? event : null;
}
