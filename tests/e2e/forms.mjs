//! Forms that a browser posts: made by a test, or kept by it before they reach their address.

/** Lets the page post a form of hidden fields, as a service's own page would. */
export function postForm(page, action, fields) {
  return page.evaluate(([target, values]) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: target });
    for (const [name, value] of Object.entries(values)) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }, [action, fields]);
}

/** Does `act`, and returns the fields of the form that the browser then posts to `url`, which never gets it. */
export async function keepPosted(page, url, act) {
  let fields;
  await page.route(url, (route) => {
    fields = Object.fromEntries(new URLSearchParams(route.request().postData()));
    return route.fulfill({ status: 200, contentType: 'text/html', body: '<p id="kept">kept</p>' });
  });
  await act();
  await page.waitForSelector('#kept');
  await page.unroute(url);
  return fields;
}
