/** The plugins of PromptyFlow Lab. */
import { commands } from './plugins/commands';
import { core } from './plugins/core';
import { mainArea } from './plugins/mainArea';
import { panel } from './plugins/panel';
import { widget } from './plugins/widget';

export default [core, panel, mainArea, commands, widget];
