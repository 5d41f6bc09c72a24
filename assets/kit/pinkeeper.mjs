/** Keeps the list of pins in the workspace, so that a page without a link has it; pages open at once add to one list. */

const keyOf = ({ study, number }) => `${study}:${number}`;

export class PinKeeper {
  /** @param {Model} model */
  constructor(model) {
    Object.assign(this, { model, known: [], sending: Promise.resolve() });
    model.on("pins", () => this.#follow());
  }

  /** The pins that a page starts with: those of its link, else those of the workspace. */
  async first(link) {
    if (link) return link;
    const response = await fetch("/api/pins", { cache: "no-store" }).catch(() => null);
    return response?.ok ? (await response.json()).pins : [];
  }

  /** These pins come from a link or the workspace, not from the analyst's hand. */
  adopt(pins) {
    this.known = pins;
  }

  #follow() {
    const { pins } = this.model;
    const [before, now] = [new Set(this.known.map(keyOf)), new Set(pins.map(keyOf))];
    const change = { add: pins.filter((pin) => !before.has(keyOf(pin))), remove: this.known.filter((pin) => !now.has(keyOf(pin))) };
    this.known = pins;
    if (!change.add.length && !change.remove.length) return;
    this.sending = this.sending.then(() => this.#send(change));
  }

  async #send(change) {
    const response = await fetch("/api/pins", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(change) }).catch(() => null);
    if (response?.ok) return;
    const why = response ? (await response.json()).error : "the server does not answer";
    this.model.marks?.say(`The pins are on this page only: ${why}.`, true);
  }
}
