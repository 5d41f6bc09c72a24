/** The browser's side of the HTTP routes: asks what changed and hands it on; asks nothing while the page is hidden. */
import { decode } from "./columns.mjs";

const POLL_MS = 1500;

export class Feed {
  /** @param {(answer: object) => Promise<void>} onStudies called with the answer of `/api/studies` when it changed */
  constructor(onStudies) {
    this.onStudies = onStudies;
    this.revision = null;
    this.lost = false;
    this.opening = null;
  }

  /** Ask now, and from then on every 1.5 s while the page is visible. */
  async run() {
    await this.poll();
    const again = async () => {
      if (document.visibilityState === "visible") await this.poll();
      setTimeout(again, POLL_MS);
    };
    setTimeout(again, POLL_MS);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.poll());
  }

  async poll() {
    let response;
    try {
      const headers = this.revision ? { "If-None-Match": `"${this.revision}"` } : {};
      response = await fetch("/api/studies", { headers, cache: "no-store" });
    } catch {
      this.lost = true;
      return;
    }
    this.lost = false;
    if (response.status === 304 || !response.ok) return;
    const answer = await response.json();
    await this.onStudies(answer);
    this.revision = answer.revision;
  }

  /** New and changed rows of a study since a revision; null if the study is gone. */
  async columns(study, since) {
    const query = new URLSearchParams(since ? { study, since } : { study });
    const response = await fetch(`/api/columns?${query}`, { cache: "no-store" });
    return response.ok ? decode(await response.arrayBuffer()) : null;
  }
}
