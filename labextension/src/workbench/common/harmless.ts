/** Takes out of sanitised HTML what would make the browser ask another server for something. */

const LOADING =
  'img, video, audio, source, track, embed, object, iframe, input[type="image"], link';
const LOADING_ATTRIBUTES = ['srcset', 'poster', 'background', 'ping', 'data', 'formaction'];

/** An answer can carry a picture whose address holds what was read from the context. */
export function harmless(html: string, notLoaded: (address: string) => string): string {
  // A parsed document is inert: nothing in it is fetched or run.
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const element of page.body.querySelectorAll(LOADING)) {
    const address = element.getAttribute('src') ?? element.getAttribute('href') ?? '';
    if (
      !(element instanceof HTMLImageElement) ||
      !/^data:image\/(png|jpe?g|gif|webp|svg\+xml)[;,]/i.test(address)
    ) {
      const note = page.createElement('span');
      note.className = 'pf-NotLoaded';
      note.textContent = notLoaded(hostOf(address));
      element.replaceWith(note);
    }
  }
  for (const form of page.body.querySelectorAll('form')) {
    form.replaceWith(...form.childNodes);
  }
  for (const element of page.body.querySelectorAll('*')) {
    LOADING_ATTRIBUTES.forEach(name => element.removeAttribute(name));
    if (/\\|url|image|src\s*\(/i.test(element.getAttribute('style') ?? '')) {
      element.removeAttribute('style');
    }
  }
  for (const link of page.body.querySelectorAll('a[href]')) {
    link.setAttribute('rel', 'noopener noreferrer nofollow');
    link.setAttribute('target', '_blank');
    const host = hostOf(link.getAttribute('href') ?? '');
    if (host !== '') {
      link.setAttribute('title', host);
    }
  }
  return page.body.innerHTML;
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address.slice(0, 60);
  }
}
