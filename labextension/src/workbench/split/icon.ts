/** The sign of splitting: one text, cut in two. */
import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3" fill="#616161">
    <path d="M5 3h14v2H5zM5 7h14v2H5zM5 15h14v2H5zM5 19h9v2H5z"/>
    <path d="M2 11h4v2H2zM8 11h3v2H8zM13 11h3v2h-3zM18 11h4v2h-4z"/>
  </g>
</svg>`;

export const splitIcon = new LabIcon({ name: 'promptyflow-lab:split', svgstr: SVG });
