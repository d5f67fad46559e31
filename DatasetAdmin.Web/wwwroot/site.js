// What the site needs of the browser itself. Components call it as "site.…".
(() => {
  const themeKey = 'theme';
  const systemDark = matchMedia('(prefers-color-scheme: dark)');

  const storedTheme = () => {
    try {
      return localStorage.getItem(themeKey);
    } catch {
      return null; // a browser that keeps nothing
    }
  };

  // Before the first picture: what the server draws later has the same colours.
  const applyTheme = (theme) => {
    const dark = theme === 'dark' || (theme !== 'light' && systemDark.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  };
  applyTheme(storedTheme());
  systemDark.addEventListener('change', () => applyTheme(storedTheme()));

  window.site = {
    facts: () => ({
      theme: storedTheme(),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      offsetMinutes: -new Date().getTimezoneOffset(),
    }),
    copy: async (text) => {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return false; // not allowed, or not over https: the text can still be selected
      }
    },
    setTheme: (theme) => {
      try {
        localStorage.setItem(themeKey, theme);
      } catch {
        // It holds until the page is left.
      }
      applyTheme(theme);
    },
  };

  // Tells a component how wide its element is, whenever that changes; returns what stops it.
  site.observeWidth = (element, component) => {
    const tell = () => {
      const width = Math.floor(element.clientWidth);
      if (width > 0) {
        component.invokeMethodAsync('OnWidthAsync', width);
      }
    };
    tell();
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    return { disconnect: () => observer.disconnect() };
  };

  // Esc is the component's to answer, so that the URL changes with it.
  const keepOpen = (event) => event.preventDefault();
  site.openDialog = (dialog) => {
    dialog.addEventListener('cancel', keepOpen);
    dialog.showModal();
  };
  site.closeDialog = (dialog) => dialog?.close?.();

  site.preload = (urls) => {
    for (const url of urls) {
      new Image().src = url;
    }
  };

  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-skip]')) {
      event.preventDefault();
      document.getElementById('content')?.focus();
    }
  });

  // Blazor tells the dialog how the connection is. Everything a page shows is in its URL, so that loading it again loses nothing.
  document.addEventListener('DOMContentLoaded', () => {
    const dialog = document.getElementById('components-reconnect-modal');
    if (!dialog) {
      return; // a page without a circuit
    }
    let waiting = null;

    const reloadWhenReachable = async () => {
      try {
        if ((await fetch('health/live', { cache: 'no-store' })).ok) {
          location.reload();
        }
      } catch {
        // Not yet.
      }
    };

    const retry = async () => {
      try {
        if (!(await Blazor.reconnect()) && !(await Blazor.resumeCircuit?.())) {
          location.reload();
        }
      } catch {
        await reloadWhenReachable();
      }
    };

    dialog.addEventListener('components-reconnect-state-changed', ({ detail }) => {
      dialog.dataset.state = detail.state;
      if (detail.state === 'hide') {
        clearInterval(waiting);
        waiting = null;
        dialog.close();
      } else if (detail.state === 'rejected' || detail.state === 'resume-failed') {
        location.reload();
      } else {
        if (!dialog.open) {
          dialog.showModal();
        }
        if (detail.state === 'failed' && waiting === null) {
          waiting = setInterval(reloadWhenReachable, 3000);
        }
      }
    });
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    document.getElementById('connection-retry').addEventListener('click', retry);
  });
})();
