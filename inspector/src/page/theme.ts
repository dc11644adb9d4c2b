// Light and dark: what the system says, unless somebody chooses.
import { byId } from './dom.js';

const KEY = 'dashstream-theme';

export function startTheme(): void {
  const choice = byId<HTMLSelectElement>('theme');
  const show = (value: string): void => {
    document.documentElement.dataset.theme = value;
    choice.value = value;
  };
  show(remembered() ?? 'system');
  choice.addEventListener('change', () => {
    show(choice.value);
    remember(choice.value);
  });
}

// A page from a file may be given no storage.
function remembered(): string | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}

function remember(value: string): void {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Then it is chosen anew next time.
  }
}
