/** Roles in words. */
import type { Share } from '../../api/types';
import type { WorkbenchServices } from '../common/services';

export function roleName(role: Share['role'], trans: WorkbenchServices['trans']): string {
  return role === 'edit' ? trans.__('Can edit') : trans.__('Can view');
}
