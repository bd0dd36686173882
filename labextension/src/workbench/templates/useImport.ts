/** Takes files into the library, one after the other, and tells what came of each. */
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import { useServices } from '../common/services';
import { TEMPLATES } from './actions';

interface Import {
  told: string | null;
  /** Why files were not taken, one sentence for each. */
  failed: readonly string[];
  take: (files: readonly File[]) => Promise<void>;
}

export function useImport(show: (id: string) => void): Import {
  const { session, trans } = useServices();
  const [told, setTold] = useState<string | null>(null);
  const [failed, setFailed] = useState<readonly string[]>([]);
  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0) {
      return;
    }
    setTold(trans.__('Importing…'));
    setFailed([]);
    const ids: string[] = [];
    const reasons: string[] = [];
    for (const file of files) {
      try {
        const { templates } = await session.api.importTemplates(file);
        ids.push(...(templates ?? []).map(one => one.id));
      } catch (error) {
        reasons.push(trans.__('%1 was not imported: %2', file.name, messageOf(error)));
      }
    }
    await session.queries.invalidateQueries({ queryKey: TEMPLATES });
    setFailed(reasons);
    setTold(
      ids.length > 0
        ? trans._n('%1 template was added.', '%1 templates were added.', ids.length)
        : null
    );
    if (ids.length === 1 && ids[0] !== undefined) {
      show(ids[0]);
    }
  };
  return { told, failed, take };
}
