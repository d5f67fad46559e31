// The files go to the server over plain HTTP, with a progress that only XMLHttpRequest tells; the circuit hears numbers.
const uploads = new WeakMap();

export const attach = (zone, input, component) => {
  const tell = () => {
    const files = [...input.files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const zips = files.filter((file) => /\.zip$/i.test(file.name)).length;
    component.invokeMethodAsync('OnChosenAsync', files.length, zips, bytes);
  };
  const over = (isOver) => zone.toggleAttribute('data-over', isOver);
  input.addEventListener('change', tell);
  if (input.files.length > 0) {
    tell(); // chosen before this script had come
  }
  zone.addEventListener('dragover', (event) => { event.preventDefault(); over(true); });
  zone.addEventListener('dragleave', () => over(false));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    input.files = event.dataTransfer.files;
    tell();
  });
};

export const send = async (input, tokenUrl, url, component) => {
  const answer = await fetch(tokenUrl, { cache: 'no-store' });
  if (!answer.ok) {
    return { problem: `The server doesn't take files now (${answer.status}).` };
  }
  const { header, token } = await answer.json();
  const body = new FormData();
  for (const file of input.files) {
    body.append('files', file, file.name);
  }
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    uploads.set(input, request);
    let told = 0;
    request.upload.addEventListener('progress', ({ loaded }) => {
      if (performance.now() - told > 250) {
        told = performance.now();
        component.invokeMethodAsync('OnSentAsync', loaded);
      }
    });
    request.upload.addEventListener('load', () => component.invokeMethodAsync('OnAllSentAsync'));
    request.addEventListener('load', () => {
      let content = {};
      try {
        content = JSON.parse(request.responseText);
      } catch {
        // Not ours: a proxy's page.
      }
      resolve(request.status === 202 ? { run: content.run } : { problem: content.detail ?? `The server refused the files (${request.status}).` });
    });
    request.addEventListener('error', () => resolve({ problem: 'The connection broke off. Whether the files arrived says the list of changes.' }));
    request.addEventListener('abort', () => resolve({ problem: 'The upload was cancelled. Nothing was added.' }));
    request.open('POST', url);
    request.setRequestHeader(header, token);
    request.send(body);
  });
};

export const cancel = (input) => uploads.get(input)?.abort();

export const clear = (input) => { input.value = ''; };
