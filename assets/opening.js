/* Opening results and taking studies elsewhere: what the browser does of it. */
(() => {
  "use strict";

  const kit = () => window.dash_clientside.trellis;

  /** Save what the server wrote; where it could not, say why. */
  async function take({ take: study, format }) {
    const query = new URLSearchParams({ study, format });
    say("Writing…");
    const response = await fetch(`/api/export?${query}`).catch(() => null);
    if (!response?.ok) return say(response ? `${(await response.json()).error}.` : "The server does not answer.");
    const name = /filename="(.*)"/.exec(response.headers.get("Content-Disposition"))[1];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(`Saved as ${name}.`);
  }

  function say(sentence) {
    window.dash_clientside.set_props("action-message", { children: sentence });
  }

  /** Show or hide all studies of a group. */
  function tick(box, shown) {
    const group = JSON.parse(box.dataset.group);
    const others = shown.filter((id) => !group.includes(id));
    kit().showStudies(box.getAttribute("aria-checked") === "true" ? others : [...others, ...group]);
  }

  let shownNow = [];

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (button) take(button.dataset);
    const box = event.target.closest("[data-group]");
    if (box) tick(box, shownNow);
    const average = event.target.closest("[data-average]");
    if (average) press(kit().toggleAverage(average.dataset.average));
  });

  /** Which groups are averaged now. */
  function press(averaged) {
    for (const button of document.querySelectorAll("[data-average]")) {
      button.setAttribute("aria-pressed", String(averaged.includes(button.dataset.average)));
    }
  }

  const opening = {
    /* What was just opened is shown, and the dialog has done its work. */
    opened(answer, dialogId) {
      if (!answer) return;
      document.getElementById(dialogId).close();
      kit()?.openStudies?.(answer.studies);
    },

    /* Of each group all, none or some studies are shown. */
    groups(shown) {
      shownNow = shown ?? [];
      requestAnimationFrame(() => {
        for (const box of document.querySelectorAll("[data-group]")) {
          const group = JSON.parse(box.dataset.group);
          const count = group.filter((id) => shownNow.includes(id)).length;
          if (count && box.getAttribute("aria-checked") === "false") box.closest("details").open = true;
          box.setAttribute("aria-checked", count === group.length ? "true" : count ? "mixed" : "false");
        }
        press(kit()?.averaged?.() ?? []);
      });
    },
  };

  window.dash_clientside = Object.assign(window.dash_clientside ?? {}, { opening });
})();
