/** Carries requests through JupyterLab's own connection: its base URL, token and XSRF cookie. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { Transport } from './client';

export function jupyterTransport(
  settings: ServerConnection.ISettings,
  language: () => string
): Transport {
  return (path, init) => {
    const headers = new Headers(init.headers);
    headers.set('Accept-Language', language());
    return ServerConnection.makeRequest(
      URLExt.join(settings.baseUrl, 'promptyflow', path),
      // "no-store", JupyterLab's default, appends a time stamp to the query.
      { ...init, headers, cache: 'no-cache' },
      settings
    );
  };
}
