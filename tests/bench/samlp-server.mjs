//! The samlp peer as a program, so that its time on a core is its own. Argument: the options of `startSamlpIdp` as JSON.

import { startSamlpIdp } from '../peers/samlp-idp.mjs';

const idp = await startSamlpIdp(JSON.parse(process.argv[2]));
// As much as Selfsame says in the same place: a status without an assertion, signed once.
idp.answer = 'refuse';
console.log(idp.origin);
