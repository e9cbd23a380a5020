// How many characters are left: <output data-count="id of the field">. Code points, as the server
// counts, so that a rare character outside the first plane is one.

export function watchCounts() {
  document.addEventListener("input", ({ target }) => {
    const output = document.querySelector(`[data-count="${CSS.escape(target.id)}"]`);
    if (!output || target.maxLength < 0) return;
    const used = [...target.value].length;
    output.value = `${used} / ${target.maxLength}`;
    output.toggleAttribute("data-over", used >= target.maxLength);
  });
}
