//! A text that is typed and must be found nowhere, in none of the forms that it has on its way.

/** Letters only, in no order that any table has. */
export const CANARY = 'zqpvhmxkwjfybngt';

/** The widest record that is looked through: one value each this many bytes. */
const WIDEST = 160;

/** First code of `linux/input-event-codes.h`, letters from there on. */
const ROWS = [[16, 'qwertyuiop'], [30, 'asdfghjkl'], [44, 'zxcvbnm']];

/** The forms of a text: a name and one value a key. Virtual-key codes of letters are their capitals, and scan codes
 *  of these rows are the evdev codes. */
export function formsOf(text) {
  const letters = [...text];
  const evdev = letters.map((letter) => {
    const [first, row] = ROWS.find(([, keys]) => keys.includes(letter));
    return first + row.indexOf(letter);
  });
  return {
    text: [...Buffer.from(text)],
    capitals: [...Buffer.from(text.toUpperCase())],
    'evdev or scan codes': evdev,
    'X key codes': evdev.map((code) => code + 8),
    'HID usages': letters.map((letter) => letter.charCodeAt(0) - 97 + 4),
  };
}

/** Where `values` stand in `bytes`: at equal distances, or written out as numbers. Returns what was found, or null. */
export function find(bytes, values) {
  for (let start = bytes.indexOf(values[0]); start >= 0; start = bytes.indexOf(values[0], start + 1)) {
    for (let distance = 1; distance <= WIDEST; distance += 1) {
      if (values.every((value, index) => bytes[start + index * distance] === value)) return `every ${distance} bytes`;
    }
  }
  const written = new RegExp(values.join('[^0-9]{1,3}'));
  return written.test(bytes.toString('latin1')) ? 'written out' : null;
}

/** The bytes, and what the signed messages and encoded words in them say. */
export function decoded(bytes) {
  const words = bytes.toString('latin1').match(/[A-Za-z0-9_+/-]{16,}/g) ?? [];
  return [bytes, ...words.map((word) => Buffer.from(word, 'base64url'))];
}
