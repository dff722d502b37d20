//! When a browser sent what, by Chromium's own clock (the Network domain of its developer protocol).

const PAGE = /^\/check\/[^/]+$/;
const FORM = /^\/check\/[^/]+\/respond$/;

/** The visits to pages of checks that one tab makes. */
export class Visits {
  #sent = new Map();
  #steps = [];

  static async watch(browser) {
    const visits = new Visits();
    const session = await browser.newCDPSession(browser.firstPage);
    session.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
      const step = { method: request.method, url: new URL(request.url), sent: timestamp };
      visits.#sent.set(requestId, step);
      visits.#steps.push(step);
    });
    session.on('Network.responseReceived', ({ requestId, timestamp }) => {
      const step = visits.#sent.get(requestId);
      if (step) step.answered = timestamp;
    });
    await session.send('Network.enable');
    return visits;
  }

  forget() {
    this.#sent.clear();
    this.#steps.length = 0;
  }

  /** The visit since `forget()`: milliseconds from the page's request until the form left, and until it was answered. */
  last(origin) {
    const find = (method, path) => this.#steps
      .find((step) => step.method === method && step.url.origin === origin && path.test(step.url.pathname));
    const [page, form] = [find('GET', PAGE), find('POST', FORM)];
    if (!page || !form?.answered) throw new Error('the browser did not say when it asked and was answered');
    return { askedMs: (form.sent - page.sent) * 1000, answeredMs: (form.answered - page.sent) * 1000 };
  }
}
