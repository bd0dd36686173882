/** The name and version under which Python finds the view. */
import { name, version } from '../../package.json';

export const MODULE_NAME = name;
export const MODULE_VERSION = version;
