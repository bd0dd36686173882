import { expect, it } from 'vitest';
import { ApiClient } from '../client';

const silence = (): string => 'Никто не отвечает.';

it('nobody who answers is told in the words of the person, not in those of the browser', async () => {
  const api = new ApiClient(() => Promise.reject(new TypeError('Failed to fetch')), silence);
  await expect(api.me()).rejects.toThrow('Никто не отвечает.');
});

it('an answer that breaks off is told in the words of the person', async () => {
  const api = new ApiClient(() => Promise.resolve(new Response('{"id": ')), silence);
  await expect(api.me()).rejects.toThrow('Никто не отвечает.');
});
