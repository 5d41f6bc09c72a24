/** A question to the server whose answer changes with what the page shows: one request at a time, the newest wins. No DOM. */

const MOST_KEPT = 64;

/** Post JSON; the answer as an object, `{error: sentence}` where the request was wrong. Throws without a server. */
export async function postJson(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  const infinite = (_, v) => (v === Infinity ? { float: "inf" } : v === -Infinity ? { float: "-inf" } : v);
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body, infinite), signal });
  return response.json();
}

/** Its `answer` is that to the newest question answered so far, which was `about`; first quick, then with intervals. */
export class Question {
  /** @param {{post: Function, path: string, kept: Map<string, object>, changed: () => void}} options */
  constructor(options) {
    Object.assign(this, options, { answer: null, about: null, body: null, key: null, asked: null, abort: null, updating: false, lost: false });
    this.client = `${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`;
  }

  /**
   * Want the answer to a request (null: none).
   * @param {boolean} hurry false while a drag goes on: an answer under way may still come, the newest is asked for then
   */
  want(body, hurry = true) {
    const key = body && JSON.stringify(body);
    const underWay = !hurry || !this.updating || this.asked === key;
    if (key === this.key && underWay) return;
    Object.assign(this, { body, key });
    const known = this.kept.get(key);
    if (body && !known) {
      if (hurry || !this.updating) this.#ask();
      return;
    }
    this.#stop();
    this.lost = false;
    this.answer = known ?? null;
    this.about = this.answer && body;
    if (lacksIntervals(this.answer)) this.#ask(true);
    this.changed();
  }

  /** Ask again when next wanted. */
  forget() {
    this.key = undefined;
  }

  #stop() {
    this.abort?.abort();
    Object.assign(this, { abort: null, updating: false });
  }

  async #ask(intervals = false) {
    this.#stop();
    const abort = new AbortController();
    const { body, key } = this;
    Object.assign(this, { abort, updating: !intervals, asked: key });
    const answer = await this.#post(intervals ? { ...body, intervals } : body, abort.signal);
    if (this.abort !== abort) return;
    this.#stop();
    this.lost = answer === null;
    if (this.lost) return this.changed();
    if (!answer.superseded) Object.assign(this, { answer, about: body });
    if (key !== this.key || answer.superseded) {
      this.#ask();
    } else {
      this.#keep(key, answer);
      if (!intervals && lacksIntervals(answer)) this.#ask(true);
    }
    this.changed();
  }

  /** The answer, what was wrong with the request as a refusal, or null without a server. */
  async #post(body, signal) {
    try {
      const answer = await this.post(this.path, { ...body, client: this.client }, signal);
      return answer.error ? { ...body, refused: answer.error, reason: "request", counts: {} } : answer;
    } catch {
      return null;
    }
  }

  #keep(key, answer) {
    this.kept.delete(key);
    this.kept.set(key, answer);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
  }
}

const lacksIntervals = (answer) => answer?.resamples === 0;
