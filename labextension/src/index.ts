/** The plugins of PromptyFlow Lab. */
import { capture } from './plugins/capture';
import { commands } from './plugins/commands';
import { core } from './plugins/core';
import { mainArea } from './plugins/mainArea';
import { notebooks } from './plugins/notebooks';
import { panel } from './plugins/panel';
import { status } from './plugins/status';
import { widget } from './plugins/widget';

export default [core, panel, mainArea, commands, capture, notebooks, status, widget];
