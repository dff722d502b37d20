//! The pages of the stand-in. They work without JavaScript; a form that must go on by itself has a button too.

const STYLE = `
  :root { color-scheme: light; --ink: #1d2433; --soft: #5b6475; --line: #d9dee8; --accent: #2b5bd7; }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; background: #f3f5f9; color: var(--ink); font: 16px/1.5 "DejaVu Sans", system-ui, sans-serif; }
  header { background: #fff; border-bottom: 1px solid var(--line); padding: .9rem 1.5rem; font-weight: 700; }
  header span { display: inline-block; width: .8rem; height: .8rem; margin-right: .6rem; border-radius: 50%; background: var(--accent); }
  main { width: min(28rem, calc(100vw - 2rem)); margin: 3rem auto; padding: 2rem; background: #fff;
    border: 1px solid var(--line); border-radius: .75rem; }
  main.wide { width: min(44rem, calc(100vw - 2rem)); }
  h1 { margin: 0 0 .5rem; font-size: 1.35rem; } p { margin: .25rem 0 1.25rem; color: var(--soft); }
  label { display: block; margin: 1rem 0 .3rem; font-weight: 600; font-size: .9rem; }
  input { width: 100%; padding: .65rem .75rem; font: inherit; border: 1px solid #aab3c5; border-radius: .4rem; }
  button { width: 100%; margin-top: 1.25rem; padding: .75rem 1rem; font: inherit; font-weight: 600; border-radius: .4rem;
    border: 1px solid var(--accent); background: var(--accent); color: #fff; cursor: pointer; }
  button.other { background: #fff; color: var(--accent); margin-top: .6rem; }
  .note { border-left: 4px solid #c2410c; background: #fff5ee; color: #7c2d12; padding: .7rem .9rem; border-radius: .3rem; }
  .good { border-left: 4px solid #15803d; background: #f0faf3; color: #14532d; padding: .7rem .9rem; border-radius: .3rem; }
  table { width: 100%; border-collapse: collapse; font-size: .85rem; } th, td { text-align: left; padding: .5rem .4rem;
    border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; } th { width: 9rem; color: var(--soft); }
`;

/** The password form. */
export function signIn(note) {
  return page('Sign in', `
    <h1>Sign in to Acme</h1><p>Stand-in for an Okta org</p>${warning(note)}
    <form method="post" action="/signin">
      <label for="username">Username</label><input id="username" name="username" autocomplete="username" autofocus required>
      <label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
      <button id="sign-in">Sign in</button>
    </form>`);
}

/** The choice of factor after the password. */
export function factors(person) {
  return page('Verify it is you', `
    <h1>Verify it is you</h1><p>${escape(person.login)}</p>
    <form method="post" action="/factors/selfsame"><button id="selfsame">Selfsame</button></form>
    <form method="get" action="/factors/code"><button id="other-factor" class="other">Use a code (other factor)</button></form>`);
}

/** The other factor: a six-digit code. */
export function code(session, note) {
  const refused = session.refused ? 'Selfsame did not confirm — use your other factor' : null;
  return page('Enter your code', `
    <h1>Enter your code</h1><p>${escape(session.person.login)}</p>${warning(note ?? refused)}
    <form method="post" action="/factors/code">
      <label for="code">Six-digit code</label>
      <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" autofocus required>
      <button id="verify">Verify</button>
    </form>
    <form method="get" action="/factors"><button class="other">Back to the list of factors</button></form>`);
}

/** What a signed-in person sees. */
export function home({ person, signedIn }) {
  const rows = Object.entries(signedIn.assertion ?? {}).filter(([, value]) => value)
    .map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`).join('');
  return page('Signed in', `
    <h1 id="signed-in">Signed in as ${escape(person.login)}</h1>
    <p class="good">Second factor: ${escape(signedIn.by)}</p>
    ${rows ? `<table><caption hidden>The assertion</caption>${rows}</table>` : ''}`, 'wide');
}

/** A response that was not accepted. */
export function problem(reason) {
  return page('Sign-in failed', `
    <h1>Sign-in failed</h1><p class="note" id="problem">${escape(reason)}</p>
    <form method="get" action="/factors"><button class="other">Back to the list of factors</button></form>`);
}

/** A form that posts itself to the identity provider. */
export function autoPost(action, fields) {
  const inputs = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('');
  return page('One moment', `
    <h1>One moment</h1><p>Asking Selfsame.</p>
    <form id="request" method="post" action="${escape(action)}">${inputs}<button>Continue</button></form>
    <script>document.getElementById('request').submit();</script>`);
}

function warning(text) {
  return text ? `<p class="note" id="note" role="alert">${escape(text)}</p>` : '';
}

function page(title, body, width = '') {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)} – Acme</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
    <style>${STYLE}</style></head><body><header><span></span>Acme</header><main class="${width}">${body}</main></body></html>`;
}

function escape(text) {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text).replace(/[&<>"']/g, (character) => entities[character]);
}
