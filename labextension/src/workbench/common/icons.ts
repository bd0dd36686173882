/** Signs that JupyterLab has none for. */
import { LabIcon } from '@jupyterlab/ui-components';

function icon(name: string, path: string): LabIcon {
  return new LabIcon({
    name: `promptyflow-lab:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="${path}"/>
</svg>`
  });
}

export const fullScreenIcon = icon(
  'full-screen',
  'M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z'
);

/** Sliders: how a model is asked. */
export const tuneIcon = icon(
  'tune',
  'M3 6h9v2H3zM16 6h5v2h-5zM13 4h2v6h-2zM3 16h3v2H3zM10 16h11v2H10zM7 14h2v6H7z'
);

/** Two answers beside each other. */
export const compareIcon = icon('compare', 'M3 4h8v16H3zm2 2v12h4V6zM13 4h8v16h-8zm2 2v12h4V6z');

/** A book with a mark: the library of templates. */
export const libraryIcon = icon(
  'library',
  'M6 2h13v20H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm0 2v16h11V4h-2v8l-2.5-2L10 12V4z'
);

export const starIcon = icon(
  'star',
  'm12 3 2.8 5.7 6.2.9-4.5 4.4 1.1 6.2-5.6-2.9-5.6 2.9 1.1-6.2L3 9.6l6.2-.9z'
);

export const helpIcon = icon(
  'help',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16zm-1-4h2v2h-2zm1-10a4 4 0 0 0-4 4h2a2 2 0 1 1 4 0c0 2-3 1.75-3 5h2c0-2.25 3-2.5 3-5a4 4 0 0 0-4-4z'
);

/** An arrow into a tray. */
export const importIcon = icon(
  'import',
  'M11 3h2v9l3-3 1.4 1.4L12 15.8l-5.4-5.4L8 9l3 3zM4 17h2v2h12v-2h2v4H4z'
);

/** A line, and an arrow that leads below it. */
export const insertBelowIcon = icon('insert-below', 'M4 4h16v4H4zm7 6h2v6h3l-4 5-4-5h3z');
