/** The mark of the workbench: pieces of context that become one prompt. */
import { LabIcon } from '@jupyterlab/ui-components';

export const workbenchIcon = new LabIcon({
  name: 'promptyflow-lab:workbench',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <rect x="3" y="4" width="9" height="3.4" rx="1.2"/>
    <rect x="3" y="10.3" width="6" height="3.4" rx="1.2"/>
    <rect x="3" y="16.6" width="9" height="3.4" rx="1.2"/>
    <path d="M13.2 7.2 14.9 5.5 21.4 12 14.9 18.5 13.2 16.8 18 12z"/>
  </g>
</svg>`
});
