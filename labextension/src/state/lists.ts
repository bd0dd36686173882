/** Asks for lists again when something of them has changed: once for any number of changes. */
import type { QueryClient } from '@tanstack/react-query';

export class Lists {
  /** The lists that are being asked for, and whether something has changed since. */
  private readonly asking = new Map<string, boolean>();

  constructor(private readonly queries: QueryClient) {}

  /** Something of the lists under this key has changed; without one: of any. */
  async changed(...queryKey: string[]): Promise<void> {
    const name = queryKey.join('/');
    const begun = this.asking.has(name);
    this.asking.set(name, true);
    if (begun) {
      return;
    }
    while (this.asking.get(name)) {
      this.asking.set(name, false);
      // What is on its way may have been answered before the change. It is waited for and not
      // broken off: while a batch runs, changes come faster than answers.
      if (this.queries.isFetching({ queryKey }) > 0) {
        await this.queries.refetchQueries({ queryKey }, { cancelRefetch: false });
      }
      await this.queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
    }
    this.asking.delete(name);
  }
}
