// Saves a figure as a file of its own. Without scripts the page only lacks this.
for (const button of document.querySelectorAll('[data-save]')) {
  button.addEventListener('click', () => {
    const name = button.dataset.save;
    const svg = document.getElementById('figure-' + name).querySelector('svg').cloneNode(true);
    const text = '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(svg);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    link.download = name + '.svg';
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
