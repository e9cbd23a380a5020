// <a href="#id" data-opens="id"> opens a dialog, [data-closes] closes the one around it.

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const closer = event.target.closest("[data-closes]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    else if (closer) closer.closest("dialog").close();
    else return;
    event.preventDefault();
  });
}
