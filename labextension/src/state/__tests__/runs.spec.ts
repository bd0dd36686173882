import { describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../api/client';
import type { SendRequest } from '../../api/types';
import { RunModel } from '../runs';

const REQUEST: SendRequest = {
  provider: 'p',
  model: 'm',
  projectId: 'x',
  promptBlockId: 1,
  stream: true
};

const event = (id: number, name: string, data: object): string =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

function stream(chunks: string[], end: 'close' | 'break' | 'hang'): Response {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        chunks.forEach(chunk => controller.enqueue(encoder.encode(chunk)));
        if (end === 'close') {
          controller.close();
        } else if (end === 'break') {
          setTimeout(() => controller.error(new TypeError('network error')), 5);
        }
      }
    })
  );
}

function modelOver(answers: Response[]): { run: RunModel; paths: string[]; seen: RequestInit[] } {
  const paths: string[] = [];
  const seen: RequestInit[] = [];
  const api = new ApiClient((path, init) => {
    paths.push(path);
    seen.push(init);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('down'));
  });
  return { run: new RunModel(api), paths, seen };
}

const ready = (): Promise<SendRequest> => Promise.resolve(REQUEST);

describe('an answer', () => {
  it('arrives as it streams, however the network cuts it', async () => {
    const whole =
      event(1, 'start', { runId: 'r' }) +
      ': keep alive\n\n' +
      event(2, 'delta', { text: 'При' }) +
      event(3, 'delta', { text: 'вет' }) +
      event(4, 'done', { status: 'done', durationMs: 7, usage: { outputTokens: 2 } });
    const { run } = modelOver([stream([...whole], 'close')]);
    await run.start(REQUEST, ready);
    expect(run.state.get()).toMatchObject({
      phase: 'done',
      text: 'Привет',
      durationMs: 7,
      usage: { outputTokens: 2 }
    });
  });

  it('that breaks off is read on behind the last event that came', async () => {
    const { run, paths, seen } = modelOver([
      stream([event(1, 'start', { runId: 'r' }) + event(2, 'delta', { text: 'one ' })], 'break'),
      stream([event(3, 'delta', { text: 'two' }) + event(4, 'done', {})], 'close')
    ]);
    await run.start(REQUEST, ready);
    expect(paths).toEqual(['ai/send', 'ai/runs/r/events']);
    expect(new Headers(seen[1]?.headers).get('Last-Event-ID')).toBe('2');
    expect(run.state.get()).toMatchObject({ phase: 'done', text: 'one two' });
  });

  it('that fails keeps what had come and says why', async () => {
    const { run } = modelOver([
      stream(
        [
          event(1, 'start', { runId: 'r' }),
          event(2, 'delta', { text: 'half' }),
          event(3, 'error', { error: 'PROVIDER_ERROR', message: 'No.' })
        ],
        'close'
      )
    ]);
    await run.start(REQUEST, ready);
    expect(run.state.get()).toMatchObject({
      phase: 'failed',
      text: 'half',
      error: { code: 'PROVIDER_ERROR', message: 'No.' }
    });
  });

  it('stopped by the person is cancelled at the server and keeps its text', async () => {
    const { run, paths } = modelOver([
      stream([event(1, 'start', { runId: 'r' }), event(2, 'delta', { text: 'half' })], 'hang'),
      new Response(null, { status: 204 })
    ]);
    void run.start(REQUEST, ready);
    await vi.waitFor(() => expect(run.state.get().text).toBe('half'));
    await run.stop();
    expect(paths).toEqual(['ai/send', 'ai/runs/r/cancel']);
    expect(run.state.get()).toMatchObject({ phase: 'cancelled', text: 'half' });
  });

  it('stopped before the server has named it is cancelled as soon as it is named', async () => {
    let answer: (response: Response) => void = () => undefined;
    const paths: string[] = [];
    const api = new ApiClient(path => {
      paths.push(path);
      return path === 'ai/send'
        ? new Promise<Response>(resolve => (answer = resolve))
        : Promise.resolve(new Response(null, { status: 204 }));
    });
    const run = new RunModel(api);
    void run.start(REQUEST, ready);
    await vi.waitFor(() => expect(paths).toEqual(['ai/send']));
    await run.stop();
    expect(run.state.get().phase).toBe('sending');
    answer(stream([event(1, 'start', { runId: 'r' })], 'hang'));
    await vi.waitFor(() => expect(run.state.get().phase).toBe('cancelled'));
    expect(paths).toEqual(['ai/send', 'ai/runs/r/cancel']);
  });

  it('stopped before it is sent is not sent', async () => {
    const { run, paths } = modelOver([]);
    let prepared: (request: SendRequest) => void = () => undefined;
    void run.start(REQUEST, () => new Promise(resolve => (prepared = resolve)));
    await run.stop();
    expect(run.state.get().phase).toBe('cancelled');
    prepared(REQUEST);
    await new Promise(resolve => setTimeout(resolve));
    expect(paths).toEqual([]);
    expect(run.state.get().phase).toBe('cancelled');
  });

  it('that could not be stopped is not called stopped', async () => {
    const { run } = modelOver([
      stream([event(1, 'start', { runId: 'r' }), event(2, 'delta', { text: 'half' })], 'hang')
    ]);
    void run.start(REQUEST, ready);
    await vi.waitFor(() => expect(run.state.get().text).toBe('half'));
    await expect(run.stop()).rejects.toThrow();
    expect(run.state.get().phase).toBe('streaming');
  });

  it('is not asked for when the project could not be saved', async () => {
    const { run, paths } = modelOver([]);
    await run.start(REQUEST, () => Promise.reject(new Error('offline')));
    expect(paths).toEqual([]);
    expect(run.state.get()).toMatchObject({ phase: 'failed', error: { message: 'offline' } });
  });
});
