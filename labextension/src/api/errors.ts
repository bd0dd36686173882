/** The two ways a request fails: the server said no, or nobody answered. */
import type { ErrorBody } from './types';

/** The server answered with the error shape of the contract (or a proxy with its own page). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly retryAfter: number | null = null
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get transient(): boolean {
    return this.status === 429 || this.status >= 502;
  }
}

/** No answer: the network is gone, or the server is. */
export class NetworkError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NetworkError';
  }
}

/** What a person is told of something that went wrong. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorBody).error === 'string' &&
    typeof (value as ErrorBody).message === 'string'
  );
}

/** Read what a refusing answer says; whatever it is, the result has a code and a message. */
export async function errorOf(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('Retry-After') ?? '');
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    body = null; // a proxy's page
  }
  return isErrorBody(body)
    ? new ApiError(response.status, body.error, body.message, body.details ?? {}, retryAfter)
    : new ApiError(
        response.status,
        `HTTP_${response.status}`,
        response.statusText || `HTTP ${response.status}`,
        {},
        retryAfter
      );
}
