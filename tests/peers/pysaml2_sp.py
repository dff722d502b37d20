#!/usr/bin/env python3
"""A second service provider that nobody here wrote: pysaml2 behind a small command, JSON in and JSON out.

    pysaml2_sp.py metadata  CONFIG              prints the service provider's metadata
    pysaml2_sp.py request   CONFIG BINDING      prints {"id", "url"} for redirect, {"id", "url", "form"} for post
    pysaml2_sp.py validate  CONFIG REQUEST_ID   reads {"SAMLResponse": base64} and prints {"valid", "name_id" | "error"}

CONFIG is a JSON file: {"entity_id", "acs", "key", "cert", "idp_metadata", "relay_state"?}.
"""

import json
import re
import sys

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor
from saml2.response import StatusError
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}
RETURN_URL = "/"


def service_provider(config):
    """Returns pysaml2's configuration; without an identity provider when none is known yet."""
    settings = {
        "entityid": config["entity_id"],
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "key_file": config["key"],
        "cert_file": config["cert"],
        "service": {
            "sp": {
                "endpoints": {"assertion_consumer_service": [(config["acs"], BINDING_HTTP_POST)]},
                "authn_requests_signed": True,
                "want_response_signed": True,
                "want_assertions_signed": True,
                "allow_unsolicited": False,
                "signing_algorithm": SIG_RSA_SHA256,
                "digest_algorithm": DIGEST_SHA256,
            }
        },
        "metadata": {"local": [config["idp_metadata"]]} if config.get("idp_metadata") else {},
    }
    return SPConfig().load(settings)


def metadata(config):
    """The service provider's metadata document."""
    return str(entity_descriptor(service_provider(config)))


def request(config, binding):
    """A signed request: where the browser goes, and what it posts there."""
    client = Saml2Client(config=service_provider(config))
    request_id, http = client.prepare_for_authenticate(
        relay_state=config.get("relay_state", "pysaml2"),
        binding=BINDINGS[binding],
        sign=True,
        sigalg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
    )
    if binding == "redirect":
        return {"id": request_id, "url": dict(http["headers"])["Location"]}
    page = "".join(http["data"])
    return {"id": request_id, "url": http["url"], "form": hidden_inputs(page)}


def hidden_inputs(page):
    """Names and values of the form that pysaml2 writes for a browser."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def validate(config, request_id, answer):
    """Whether pysaml2 accepts the response to its own request, and whom it is about."""
    client = Saml2Client(config=service_provider(config))
    try:
        response = client.parse_authn_request_response(
            answer["SAMLResponse"], BINDING_HTTP_POST, outstanding={request_id: RETURN_URL}
        )
    except StatusError as refusal:
        return {"valid": False, "status": type(refusal).__name__, "error": str(refusal)}
    except Exception as failure:  # pysaml2 raises many kinds; each of them means "not accepted"
        return {"valid": False, "error": f"{type(failure).__name__}: {failure}"}
    if response is None:
        return {"valid": False, "error": "no response"}
    return {
        "valid": True,
        "name_id": response.get_subject().text,
        "in_response_to": response.in_response_to,
        "issuer": response.issuer(),
        "authn_context": [context[0] for context in response.authn_info()],
    }


def main():
    """Runs one command."""
    command, config_file, *rest = sys.argv[1:]
    with open(config_file, encoding="utf-8") as file:
        config = json.load(file)
    if command == "metadata":
        print(metadata(config))
    elif command == "request":
        print(json.dumps(request(config, *rest)))
    elif command == "validate":
        print(json.dumps(validate(config, *rest, json.load(sys.stdin))))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
