// Optional. Every page works without it: it closes an open source panel on Escape or on a tap elsewhere, and opens
// the panels for paper where the browser's style sheet cannot, and counts the minutes that something is kept.
const panels = () => document.querySelectorAll("details.cite");

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const panel of panels()) {
    if (!panel.open) continue;
    const held = panel.contains(document.activeElement);
    panel.open = false;
    if (held) panel.querySelector("summary")?.focus();
  }
});

addEventListener("click", (event) => {
  for (const panel of panels()) {
    if (panel.open && !panel.contains(event.target)) panel.open = false;
  }
});

let opened = [];
addEventListener("beforeprint", () => {
  for (const panel of document.querySelectorAll("details")) {
    if (panel.open) continue;
    // Panels of one name close each other, so the name is put aside while all are open.
    opened.push([panel, panel.getAttribute("name")]);
    panel.removeAttribute("name");
    panel.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const [panel, name] of opened) {
    panel.open = false;
    if (name !== null) panel.setAttribute("name", name);
  }
  opened = [];
});

// A form that is tried out while it is written: what comes of it is fetched whenever a field changes, from where its
// button would have led. Nothing is saved by it.
for (const form of document.querySelectorAll("form[data-example]")) {
  const shown = document.getElementById(form.dataset.example);
  let asked = 0;
  form.addEventListener("change", async () => {
    const turn = ++asked;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", "example");
    shown.firstElementChild?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const drawn = page.getElementById(form.dataset.example);
      // Only the last that was asked for is shown.
      if (drawn && turn === asked) shown.replaceChildren(...drawn.children);
    } catch {
      // Without a connection the old drawing stays, and the button says why.
      shown.firstElementChild?.removeAttribute("aria-busy");
    }
  });
}

// How long a chosen time is still kept. The page says it as a time of the clock; here the minutes are counted, by the
// seconds that were left when the page was made, so that a wrong clock on the device does not matter.
for (const left of document.querySelectorAll("[data-left]")) {
  const ends = performance.now() + Number(left.dataset.left) * 1000;
  const over = left.closest("p")?.querySelector("[data-over]");
  const tell = () => {
    const minutes = Math.ceil((ends - performance.now()) / 60000);
    left.textContent = minutes > 0 ? ` (${minutes} min left)` : " (over)";
    if (minutes > 0) setTimeout(tell, 5000);
    else if (over) over.textContent = over.dataset.over;
  };
  tell();
}
