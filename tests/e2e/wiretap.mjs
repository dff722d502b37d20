//! Sits before the identity provider and keeps all that passes, in the clear: it has a certificate of the authority
//! that agent and browser trust.

import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** A running wiretap; `stop()` ends it. */
export class Wiretap {
  #server;
  #connections = [];

  /** @param options `{ port, tls, to: { port, servername, authority } }` */
  static async start({ port, tls, to }) {
    const tap = new Wiretap();
    const options = { cert: readFileSync(tls.cert), key: readFileSync(tls.key), ALPNProtocols: ['http/1.1'] };
    tap.#server = createServer(options, (inside) => tap.#join(inside, to));
    await new Promise((resolve) => { tap.#server.listen(port, '127.0.0.1', resolve); });
    return tap;
  }

  #join(inside, { port, servername, authority }) {
    const outside = connect({ port, host: '127.0.0.1', servername, ca: readFileSync(authority.cert) });
    const connection = { up: [], down: [] };
    this.#connections.push(connection);
    carry(inside, outside, connection.up);
    carry(outside, inside, connection.down);
  }

  /** Everything that agent and browsers sent, one buffer a connection, websocket frames unmasked and HTTP as it was. */
  sent() { return this.#connections.map(({ up }) => unmasked(Buffer.concat(up))); }

  /** Everything that they were sent. */
  received() { return this.#connections.map(({ down }) => Buffer.concat(down)); }

  stop() { this.#server.close(); }
}

function carry(from, to, kept) {
  from.on('data', (bytes) => {
    kept.push(bytes);
    to.write(bytes);
  });
  from.on('close', () => to.end());
  from.on('error', () => to.destroy());
}

/** A client masks the frames of a websocket (RFC 6455, section 5.3); everything else is as it is. */
function unmasked(bytes) {
  const head = bytes.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
  if (!/^upgrade: websocket\r$/im.test(bytes.toString('latin1', 0, head))) return bytes;
  const parts = [bytes.subarray(0, head)];
  for (let at = head; at + 2 <= bytes.length;) {
    const frame = frameAt(bytes, at);
    parts.push(frame.payload);
    at = frame.end;
  }
  return Buffer.concat(parts);
}

function frameAt(bytes, at) {
  let length = bytes[at + 1] & 0x7f;
  let mask = at + 2;
  if (length === 126) {
    length = bytes.readUInt16BE(mask);
    mask += 2;
  } else if (length === 127) {
    length = Number(bytes.readBigUInt64BE(mask));
    mask += 8;
  }
  const start = mask + 4;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  payload.forEach((byte, index) => { payload[index] = byte ^ bytes[mask + (index % 4)]; });
  return { payload, end: start + length };
}
