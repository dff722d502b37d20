#!/usr/bin/env python3
"""The compliance cases of scim2-tester, which nobody here wrote, run by scim2-client against a server.

Reads {"url", "token"} and prints one JSON line {"status", "title", "reason"} for each case.
"""

import json
import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server


def main():
    """Runs every case."""
    asked = json.load(sys.stdin)
    headers = {"Authorization": f"Bearer {asked['token']}"}
    with httpx2.Client(base_url=asked["url"], headers=headers) as connection:
        client = SyncSCIMClient(connection)
        for result in check_server(client):
            line = {"status": result.status.name, "title": result.title, "reason": result.reason}
            print(json.dumps(line, default=str))


if __name__ == "__main__":
    main()
