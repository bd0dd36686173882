// What the rules refuse: `semgrep scan --test` reads this, nobody runs it.
function shown(node: HTMLElement, title: string): void {
  // ruleid: html-from-text
  node.innerHTML = title;
  // ok: html-from-text
  node.textContent = title;
}

function kept(apiKey: string, width: string): void {
  // ruleid: key-kept-in-the-browser
  localStorage.setItem('key', apiKey);
  // ok: key-kept-in-the-browser
  localStorage.setItem('width', width);
}
