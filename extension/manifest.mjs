//! The manifests of the two packages, from one description.

/** Fixes the id of the package for Chromium where no other key is given; src/native_host/caller.rs knows that id. */
const PUBLIC_KEY = 
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAt+mNZqJMP17aLSuHG2QTUBGWlVnjMGf/kyLHfnqIhpzBiToqVcO0lYt9' +
  'eYJBTAeL+xuARX9ZJTc2cpIG8Qo1Uip1L7Tu0trKoxhViKZwF6LI4aMyPs2Ugw/nUz+W81y1kkX03unZ9tcXKIeg3I7rlYLi01Go' +
  'mzqbHjFHMJjyRlJsgpiLG8eJblXEwPeft9qbZE0tMh3P62EuVGQDcFU2z9UvLMz8/90fENvxxl8NVaSwMYYTa2wb0VGttGLS94QM' +
  'yXXOXwum1NS50o6Kd7FV4W0CcTVYTzQnYfWOddGS8tieC7ZnNFluRduyLWKOvLWw2aMseeyzq8ubYyfhSaPtUwIDAQAB';
/** The id of the package for Firefox; src/native_host/caller.rs knows it, too. */
const FIREFOX_ID = 'agent@selfsame.org';

/**
 * The manifest for a browser family.
 *
 * @param {'chromium' | 'firefox'} family
 * @param {{ version: string, idpOrigin: string, publicKey?: string }} options
 *   `idpOrigin`: the one origin on which the extension does anything; `publicKey`: base64 of the key (SPKI, DER) with
 *   which an organisation signs its own package.
 */
export function manifestFor(family, { version, idpOrigin, publicKey = PUBLIC_KEY }) {
  // A match pattern knows no port in Firefox. The worker compares the whole origin.
  const site = `https://${new URL(idpOrigin).hostname}`;
  return {
    manifest_version: 3,
    name: '__MSG_name__',
    description: '__MSG_description__',
    version,
    default_locale: 'en',
    icons: icons(16, 32, 48, 128),
    action: { default_icon: icons(16, 32), default_title: '__MSG_name__', default_popup: 'popup.html' },
    options_ui: { page: 'options.html', open_in_tab: true },
    permissions: ['nativeMessaging'],
    host_permissions: [`${site}/*`],
    content_scripts: [{ matches: [`${site}/check/*`], js: ['content.js'], run_at: 'document_start', all_frames: false }],
    incognito: 'not_allowed',
    content_security_policy: { extension_pages: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'" },
    ...FAMILIES[family](publicKey),
  };
}

const FAMILIES = {
  chromium: (publicKey) => ({
    key: publicKey,
    minimum_chrome_version: '120',
    background: { service_worker: 'background.js', type: 'module' },
  }),
  firefox: () => ({
    background: { scripts: ['background.js'], type: 'module' },
    browser_specific_settings: {
      gecko: {
        id: FIREFOX_ID,
        strict_min_version: '128.0',
        data_collection_permissions: { required: ['none'] },
      },
    },
  }),
};

function icons(...sizes) {
  return Object.fromEntries(sizes.map((size) => [size, `icons/${size}.png`]));
}
