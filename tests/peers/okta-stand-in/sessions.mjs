//! Browser sessions of the stand-in. The cookie is SameSite=None, as an org's must be: responses come cross-site.

import { randomUUID } from 'node:crypto';

const COOKIE = '__Host-acme-session';

/** Sessions by cookie; each is a plain object that the routes fill. */
export class Sessions {
  #byId = new Map();

  /** The session that the request's cookie names, or null. */
  of(request) {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/);
    const mine = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`));
    return this.#byId.get(mine?.slice(COOKIE.length + 1)) ?? null;
  }

  /** Opens a session for a person who gave the right password, and sets its cookie. */
  open(response, person) {
    const session = { id: randomUUID(), person, factor: null, signedIn: null };
    this.#byId.set(session.id, session);
    response.setHeader('set-cookie', `${COOKIE}=${session.id}; Path=/; Secure; HttpOnly; SameSite=None`);
    return session;
  }
}
