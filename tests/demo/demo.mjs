//! `make demo`: one recorded person at a desktop, an identity provider, a stand-in for an Okta org, and seven sign-ins
//! that must each end as they should. Prints a table, keeps screenshots in `target/demo`, and leaves the pages up
//! until Ctrl-C; with CI=1 it exits, 0 only when every outcome was as it should be.

import { cast, describeCast } from './cast.mjs';
import { startWorld } from '../e2e/harness.mjs';
import { Story } from './story.mjs';
import { Stage } from './stage.mjs';

const world = await startWorld('../demo');
const story = new Story();
try {
  await perform(new Stage(world, cast()));
} catch (error) {
  story.failed(error);
}
story.print();
console.log(`Screenshots and logs: ${world.dir}`);
if (!process.env.CI) await leaveUp(world);
await world.close();
process.exit(story.asItShould ? 0 : 1);

async function perform(stage) {
  story.say(describeCast(stage.cast));
  story.say(`Two sign-ins count in place of two days, because this identity provider runs with --demo.`);
  await story.step('enrol', 'the agent is enrolled and linked', () => stage.enrol());
  await story.step('learn, first part', 'typed', () => stage.learnFirstPart());
  await story.step('first sign-in, profile new', 'other factor', () => stage.signInWithCode('first'));
  await story.step('learn, the rest', 'learnt', () => stage.learnTheRest());
  await story.step('second sign-in, profile new', 'other factor', () => stage.signInWithCode('second'));
  await story.step('the generation is trusted', 'two hard factors were seen', () => stage.generationTrusted());
  await story.step('the person signs in', 'signed in', () => stage.personSignsIn());
  await story.step('another person types, then signs in', 'other factor', () => stage.anotherPerson());
  await story.step('a browser that cannot reach the agent', 'other factor', () => stage.elsewhere());
  await story.step('the person again, same minute, own browser', 'signed in', () => stage.personAgain());
  await story.step('the agent is stopped', 'other factor', () => stage.withoutAgent());
}

function leaveUp({ org, idp }) {
  console.log(`\nStill up: the org at ${org.origin} and the identity provider at ${idp.origin} (names under .test are`);
  console.log('127.0.0.1 here). Ctrl-C ends everything.');
  return new Promise((resolve) => { process.once('SIGINT', resolve); process.once('SIGTERM', resolve); });
}
