//! Event hooks as Okta sends them: a one-time verification, then one POST for each event, with a shared secret.

import { randomUUID } from 'node:crypto';

import { callHttps } from './https-call.mjs';

const CHALLENGE = 'x-okta-verification-challenge';

/** Tells one endpoint of the factors that people have passed. */
export class EventHooks {
  #target;

  /** @param target `{ url, secret, caFile, source }`; `source` is the org's origin. */
  constructor(target) {
    this.#target = target;
  }

  /** Okta's one-time proof that the endpoint is ours: it must answer the challenge it is sent. */
  async verify() {
    const challenge = randomUUID();
    const answer = await this.#call('GET', { [CHALLENGE]: challenge });
    if (answer.status !== 200 || JSON.parse(answer.body).verification !== challenge) {
      throw new Error(`the event-hook endpoint did not verify itself: ${answer.status} ${answer.body}`);
    }
  }

  /** Reports that the person passed a factor. `factor` is Okta's name of it, such as OKTA_SOFT_TOKEN. */
  async reportFactor(person, sessionId, factor) {
    const now = new Date().toISOString();
    const body = JSON.stringify(envelope(this.#target.source, now, factorEvent(person, sessionId, factor, now)));
    const answer = await this.#call('POST', { 'content-type': 'application/json' }, body);
    if (answer.status >= 300) throw new Error(`the event hook was refused: ${answer.status} ${answer.body}`);
  }

  #call(method, headers, body) {
    const { url, secret, caFile } = this.#target;
    return callHttps({ url, method, caFile, body, headers: { authorization: secret, ...headers } });
  }
}

function envelope(source, now, event) {
  return {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `${source}/api/v1/eventHooks/who0acmestandin0001`,
    eventId: randomUUID(),
    data: { events: [event] },
    eventTime: now,
    contentType: 'application/json',
  };
}

function factorEvent(person, sessionId, factor, now) {
  return {
    uuid: randomUUID(),
    published: now,
    eventType: 'user.authentication.auth_via_mfa',
    version: '0',
    displayMessage: 'Authentication of user via MFA',
    severity: 'INFO',
    actor: { id: `00u${person.login.split('@')[0]}`, type: 'User', alternateId: person.login, displayName: person.name },
    outcome: { result: 'SUCCESS', reason: null },
    authenticationContext: { authenticationStep: 0, externalSessionId: sessionId },
    debugContext: { debugData: { factor } },
    target: [],
  };
}
