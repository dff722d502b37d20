#!/usr/bin/env python3
"""Another relying party that nobody here wrote: Authlib behind a small command, JSON in and JSON out.

    authlib_rp.py start     reads {"issuer", "client_id", "secret", "auth", "redirect_uri"}, prints {"url", "checks"}
    authlib_rp.py finish    reads the same with {"callback", "checks"} and prints {"claims"}

"auth" is "client_secret_basic" or "client_secret_post". Requests trusts the authority in REQUESTS_CA_BUNDLE.
"""

import json
import sys

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import KeySet


def discover(session, issuer):
    """The provider's own description, found valid by Authlib's rules."""
    metadata = OpenIDProviderMetadata(session.request("GET", get_well_known_url(issuer, external=True), withhold_token=True).json())
    metadata.validate()
    return metadata


def start(session, metadata, _):
    """Where the browser goes, and what must be kept until it comes back."""
    checks = {"nonce": generate_token(), "code_verifier": generate_token(48)}
    url, checks["state"] = session.create_authorization_url(metadata["authorization_endpoint"], **checks)
    return {"url": url, "checks": checks}


def finish(session, metadata, asked):
    """Redeems the code, and judges the token."""
    checks = asked["checks"]
    tokens = session.fetch_token(
        metadata["token_endpoint"],
        authorization_response=asked["callback"],
        code_verifier=checks["code_verifier"],
        state=checks["state"],
    )
    keys = KeySet.import_key_set(session.request("GET", metadata["jwks_uri"], withhold_token=True).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=metadata["id_token_signing_alg_values_supported"])
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={"iss": {"value": metadata["issuer"]}},
        params={"nonce": checks["nonce"], "client_id": asked["client_id"]},
    )
    claims.validate(leeway=5)
    return {"claims": dict(claims)}


def main():
    """Runs one command."""
    command = {"start": start, "finish": finish}[sys.argv[1]]
    asked = json.load(sys.stdin)
    session = OAuth2Session(
        asked["client_id"],
        asked["secret"],
        scope="openid profile",
        redirect_uri=asked["redirect_uri"],
        token_endpoint_auth_method=asked["auth"],
        code_challenge_method="S256",
    )
    print(json.dumps(command(session, discover(session, asked["issuer"]), asked)))


if __name__ == "__main__":
    main()
